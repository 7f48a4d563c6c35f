"""Looks at many Accounts and the parents they need, and judges each. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from app.fit.judgement import Judgement
from app.fit.judging import Applicant, Judge, applicant_of, circle
from app.links import Link, Links
from app.models import Account, Candidates
from app.netsuite import mapping, matching
from app.netsuite.lookups import Lookups
from app.salesforce.batches import read_accounts
from app.salesforce.client import SalesforceClient


@dataclass(slots=True)
class Survey:
    """One for a command's run. Raises (every call) what both clients raise, and
    redis.exceptions.RedisError.
    """

    salesforce: SalesforceClient
    fields: tuple[str, ...]
    """API names that are read of an Account."""
    links: Links
    lookups: Lookups
    judge: Judge
    judged: dict[str, Judgement] = field(default_factory=dict)
    applicants: dict[str, Applicant] = field(default_factory=dict)
    """Of the last look."""

    def look(self, accounts: Sequence[str]) -> None:
        """At most 500 Accounts. Each is judged once, after its parents."""
        fresh = [account for account in accounts if account not in self.judged]
        read, links = self._with_parents(fresh)
        self.applicants = applicants = self._applicants(read)
        found = self._candidates(applicants, links)
        self.judge.references.look_up(
            ({**applicant.payload.body, **applicant.payload.once}, applicant.payload.subsidiaries)
            for applicant in applicants.values()
            if applicant.payload
        )
        for account in fresh:
            self._judge_line(account, read, links, applicants, found)
        asked = set(accounts)
        for account in asked | {*links}:
            self.judged[account] = replace(self.judged[account], needed=account not in asked)

    def _with_parents(self, accounts: Iterable[str]) -> tuple[dict[str, Account], dict[str, Link]]:
        """These and their parents, to the top or to one that is judged."""
        read: dict[str, Account] = {}
        links: dict[str, Link] = {}
        wanted = set(accounts)
        while wanted:
            found = read_accounts(self.salesforce, self.fields, wanted)
            links |= self.links.of(wanted)
            read |= found
            parents = (self._needed_parent(one, links[one.id]) for one in found.values())
            wanted = {p for p in parents if p} - {*links} - {*self.judged}
        return read, links

    def _needed_parent(self, account: Account, link: Link) -> str | None:
        """A linked Account does without a parent that is no Customer, unless the flow says sync."""
        is_late = link.customer and self.judge.flow.hierarchy.late_parents != "sync"
        return None if is_late else account.parent_id

    def _applicants(self, read: dict[str, Account]) -> dict[str, Applicant]:
        flow = self.judge.flow
        currencies = self.lookups.currencies() if read and flow.currencies.enabled else {}
        return {
            account.id: applicant_of(account, flow, mapping.KEEP, currencies)
            for account in read.values()
        }

    def _candidates(
        self, applicants: dict[str, Applicant], links: dict[str, Link]
    ) -> dict[str, Candidates]:
        """By key, for those of which the link alone does not decide."""
        wanted = []
        for account, applicant in applicants.items():
            sought = matching.Sought(
                account, applicant.key, applicant.name, links[account].customer
            )
            if applicant.payload and matching.needs_look_up(sought, self.judge.flow.matching):
                wanted.append((applicant.key, applicant.name))
        return self.lookups.candidates_of(wanted)

    def _judge_line(
        self,
        account: str,
        read: dict[str, Account],
        links: dict[str, Link],
        applicants: dict[str, Applicant],
        found: dict[str, Candidates],
    ) -> None:
        """The Account and those above it that are not judged yet, the topmost first."""
        line: list[str] = []
        at: str | None = account
        while at and at not in self.judged and at not in line:
            line.append(at)
            at = self._needed_parent(read[at], links[at]) if at in read else None
        if at in line:
            ring = line[line.index(at) :]
            self.judged |= {one: circle(read[one], ring) for one in ring}
        for one in reversed(line):
            if one in self.judged:
                continue
            if one not in read:
                words = "Salesforce knows no such Account, or does not show it to our user"
                self.judged[one] = Judgement(one, "gone", words=words, reason=words)
                continue
            parent = self._needed_parent(read[one], links[one])
            self.judged[one] = self.judge.judge(
                applicants[one],
                links[one].customer,
                found.get(applicants[one].key, Candidates()),
                self.judged[parent] if parent else None,
            )
