"""Which Customer is an Account's: what look-ups found goes in, one case of the table comes out.

A name is compared by whoever looks it up (names.folded), and persons are left out there: an Account
is a company.
"""

from dataclasses import dataclass, replace

from app.errors import AmbiguousMatch, PermanentError, RecordNotFound
from app.flow import Matching
from app.models import Candidates, Customer
from app.netsuite.cases import (
    ACTIVE_BY_NAME,
    BY_ID,
    BY_NAME,
    CONVERTED,
    CREATE,
    GONE,
    HIDDEN,
    INACTIVE,
    LEAD,
    LEFT,
    LINKED,
    LOST,
    MANY_BY_ID,
    MANY_BY_NAME,
    NAME_TAKEN,
    OURS_BY_NAME,
    PERSON,
    SPLIT,
    TAKEN,
    Case,
    Does,
)

_LISTED = 20


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose Customer is looked for."""

    account: str
    key: str
    """The external id, or what stands in for it in `matching.id_field`."""
    name: str
    """As it would stand in NetSuite."""
    linked: str | None = None
    """Internal id of the stored link."""
    lost: str | None = None
    """The link that was stored until NetSuite knew no such Customer."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A case, what it says, and the Customer's internal id unless one is to be created."""

    case: Case
    words: str
    customer: str | None = None
    converts: bool = False
    """The update makes a customer of a lead or prospect."""

    def letter(self, refused: PermanentError | None = None) -> PermanentError:
        """What an admin reads of a case that ends in a dead letter. `refused`: the refusal of a
        write, if it led here.
        """
        error = RecordNotFound if self.case is LOST else AmbiguousMatch
        return error(
            self.words,
            service="netsuite",
            service_words=refused.service_words if refused else "",
            request=refused.request if refused else "",
        )


def ways(rules: Matching) -> tuple[str, ...]:
    """In which order the ways are tried. The link and the id are the last in any order: one without
    them must not create a second Customer.
    """
    return tuple(dict.fromkeys((*rules.order, "link", "external_id")))


def decide(sought: Sought, found: Candidates, rules: Matching) -> Decision:
    """The first way that finds something decides, be it in a letter's favour."""
    # What is gone may still be shown for a while; that NetSuite refuses it is newer.
    there = Candidates(
        *(tuple(c for c in hits if c.id != sought.lost) for hits in (found.by_id, found.by_name))
    )
    table = _Table(sought, there, rules)
    for way in ways(rules):
        if way == "link" and sought.linked:
            return table.row(LINKED, one=sought.linked)
        if way == "external_id" and there.by_id:
            return table.by_id()
        if way == "name" and there.by_name:
            return table.by_name()
    return table.row(LOST if sought.lost else CREATE)


def needs_look_up(sought: Sought, rules: Matching) -> bool:
    """Whether it is not the link alone that decides."""
    return not (sought.linked and ways(rules)[0] == "link")


def hidden(sought: Sought, rules: Matching) -> Decision:
    """None is to be seen, but NetSuite refuses to create one."""
    return _Table(sought, Candidates(), rules).row(HIDDEN)


def taken(sought: Sought, customer: str, owner: str, rules: Matching) -> Decision:
    """The Customer that was found is another Account's: the ledger knows, NetSuite need not show it
    yet.
    """
    return _Table(sought, Candidates(), rules).row(TAKEN, one=customer, owner=owner)


@dataclass(frozen=True, slots=True)
class _Table:
    sought: Sought
    found: Candidates
    rules: Matching

    def by_id(self) -> Decision:
        hits = self.found.by_id
        if len(hits) > 1:
            return self.row(MANY_BY_ID, hits)
        return self._take(BY_ID if not hits[0].is_person else PERSON, hits[0])

    def by_name(self) -> Decision:
        """A Customer that bears another id is another Account's, or another application's."""
        hits = self.found.by_name
        ours = [hit for hit in hits if hit.external_id == self.sought.key]
        if ours := ours or [hit for hit in hits if hit.id == self.sought.linked]:
            return self._take(BY_NAME if len(hits) == 1 else OURS_BY_NAME, ours[0])
        active = [hit for hit in hits if not hit.is_inactive]
        if len(hits) > 1 and (len(active) != 1 or active[0].external_id):
            return self.row(MANY_BY_NAME, hits)
        chosen = hits[0] if len(hits) == 1 else active[0]
        if chosen.external_id:
            return self.row(NAME_TAKEN, hits, one=chosen.id)
        if self.found.by_id:
            return self.row(SPLIT, self.found.by_id, one=chosen.id)
        return self._take(BY_NAME if len(hits) == 1 else ACTIVE_BY_NAME, chosen)

    def _take(self, case: Case, hit: Customer) -> Decision:
        """The case of this hit, with what is to be said of it besides."""
        if case is PERSON:
            return self.row(PERSON, one=hit.id)
        is_lead, stage = hit.stage != "CUSTOMER", hit.stage.lower()
        if is_lead and self.rules.leads == "review":
            return self.row(LEAD, one=hit.id, stage=stage)
        converts = is_lead and self.rules.leads == "convert"
        remarks = [
            (INACTIVE, hit.is_inactive),
            (CONVERTED, converts),
            (LEFT, is_lead and not converts),
            (GONE, self.sought.lost is not None),
        ]
        decision = self.row(case, self.found.by_name, one=hit.id)
        said = "".join(
            remark.says.format(stage=stage, lost=self.sought.lost)
            for remark, holds in remarks
            if holds
        )
        return replace(decision, words=decision.words + said, converts=converts)

    def row(
        self,
        case: Case,
        hits: tuple[Customer, ...] = (),
        *,
        one: str | None = None,
        stage: str = "",
        owner: str = "",
    ) -> Decision:
        """`one`: the internal id of the Customer that it is about; `hits`: all that were found."""
        label = self.rules.id_field or "external id"
        words = case.says.format(
            account=self.sought.account,
            key=self.sought.key,
            lost=self.sought.lost,
            label=label,
            id=one,
            stage=stage,
            owner=owner,
            count=len(hits),
            listed=_listed(hits, label),
        )
        return Decision(case, words, one if case.does is Does.UPDATES else None)


def _listed(hits: tuple[Customer, ...], label: str) -> str:
    return ", ".join(_told(hit, label) for hit in hits[:_LISTED])


def _told(hit: Customer, label: str) -> str:
    notes = [f"{label} {hit.external_id}"] if hit.external_id else []
    notes += ["inactive"] if hit.is_inactive else []
    notes += [hit.stage.lower()] if hit.stage != "CUSTOMER" else []
    return f"Customer {hit.id}" + (f" ({', '.join(notes)})" if notes else "")
