"""Judges Accounts one by one, with the code that the sync itself decides by."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.errors import RecordRejected
from app.fit.foresight import Foresight
from app.fit.judgement import Judgement, Outcome
from app.fit.references import References
from app.flow import Flow
from app.models import Account, Candidates, Payload
from app.netsuite import mapping, matching
from app.netsuite.cases import Does

_VARIES = (
    (re.compile(r"'[^']*'|\"[^\"]*\""), "…"),
    (re.compile(r"\b001[0-9A-Za-z]{15}\b"), "…"),
    (re.compile(r"\d[\d,]*"), "N"),
)
_LONGEST_REASON = 160


@dataclass(frozen=True, slots=True)
class Applicant:
    """An Account to be judged. `payload`: what it asks for; None where that does not fit, and
    `rejected` says why.
    """

    account: Account
    key: str
    """The external id, or what stands in for it."""
    payload: Payload | None
    rejected: str = ""

    @property
    def name(self) -> str:
        """As it would stand in NetSuite: made to fit."""
        return (self.payload and self.payload.name) or self.account.name


def applicant_of(
    account: Account,
    flow: Flow,
    parent: str | mapping.Keep | None,
    currencies: Mapping[str, str],
) -> Applicant:
    """`parent` and `currencies` as mapping.map_customer has them."""
    key = mapping.external_id(account.id, flow)
    try:
        payload = mapping.map_customer(
            account, flow, external_id=key, parent=parent, currencies=currencies
        )
    except RecordRejected as rejected:
        return Applicant(account, key, None, str(rejected))
    return Applicant(account, key, payload)


def counted(words: str) -> str:
    """Words without values, ids and numbers, so that the same said of several is the same."""
    for pattern, mark in _VARIES:
        words = pattern.sub(mark, words)
    return words[:_LONGEST_REASON]


@dataclass(slots=True)
class Judge:
    """Keeps in mind what those that it judged before would have written: parents come first."""

    flow: Flow
    references: References
    foresight: Foresight = field(default_factory=Foresight)

    def judge(
        self, applicant: Applicant, linked: str | None, found: Candidates, parent: Judgement | None
    ) -> Judgement:
        """`parent`: of the Account's parent, unless it has none or does without it."""
        account = applicant.account
        told = Judgement(account.id, "rejected", account.name, parent=account.parent_id)
        if parent and not parent.becomes_customer:
            words = f"waits for its parent {parent.account}, which is {parent.outcome}"
            return replace(told, outcome="blocked", words=words, reason=counted(words))
        if applicant.payload is None:
            return _rejected(told, applicant.rejected)
        told = replace(told, alterations=applicant.payload.alterations)
        return self._matched(told, applicant, applicant.payload, linked, found)

    def _matched(
        self,
        told: Judgement,
        applicant: Applicant,
        payload: Payload,
        linked: str | None,
        found: Candidates,
    ) -> Judgement:
        """Completes what is told so far of an Account that fits."""
        sought = matching.Sought(told.account, applicant.key, applicant.name, linked)
        hits = self.foresight.complete(found, applicant.name)
        decision = matching.decide(sought, hits, self.flow.matching)
        if decision.case.does is Does.LETTER:
            words = self._with_the_earlier(told.account, decision.words, hits)
            reason = f"{decision.case.name}: {decision.case.when}"
            return replace(told, outcome="ambiguous", words=words, reason=reason)
        creates = decision.case.does is Does.CREATES
        if refusal := self._refusal(payload, creates=creates):
            return _rejected(told, refusal)
        self.foresight.add(told.account, applicant.key, applicant.name, hits, decision.customer)
        matched: Outcome = "linked" if decision.customer == linked else "matched"
        return replace(
            told,
            outcome="created" if creates else matched,
            customer=decision.customer,
            words=decision.words,
            reason=counted(decision.words),
        )

    def _refusal(self, payload: Payload, *, creates: bool) -> str:
        """Why NetSuite would not take it, as far as that is known beforehand; empty: it would."""
        body: Mapping[str, object] = payload.body
        if creates:
            try:
                body = mapping.for_create(payload)
            except RecordRejected as rejected:
                return str(rejected)
        return self.references.unknown_in(body, payload.subsidiaries)

    def _with_the_earlier(self, account: str, words: str, hits: Candidates) -> str:
        earlier = self.foresight.earlier((*hits.by_id, *hits.by_name))
        if earlier in (None, account):
            return words
        return (
            f"Account {earlier} comes first, and the Customer of this name will be its: rename one "
            "of the two in Salesforce, or sync this one first."
        )


def _rejected(told: Judgement, words: str) -> Judgement:
    return replace(told, words=words, reason=counted(words))


def circle(account: Account, line: Sequence[str]) -> Judgement:
    """`line`: the Accounts that are each other's parents."""
    words = f"its parents form a circle: {', '.join(line)}; correct one of them in Salesforce"
    told = Judgement(account.id, "rejected", account.name, parent=account.parent_id)
    return replace(told, words=words, reason="its parents form a circle")
