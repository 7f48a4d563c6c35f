"""What the API answers of accounts."""

from dataclasses import dataclass

from pydantic import BaseModel, RootModel

from app.admin.candidates import SideBySide
from app.admin.search import Findings
from app.audit import AuditEntry
from app.journal import Line, Row
from app.letters import DeadLetter


class AccountsAnswer(RootModel[Findings]):
    """The Accounts that were found."""


class NamesAnswer(BaseModel):
    """Account to name, as far as Salesforce knows them; `note`: why there are none."""

    names: dict[str, str]
    note: str | None


class LinksOut(BaseModel):
    """The Account in Salesforce, its Customer in NetSuite, the failed task in Flower."""

    salesforce: str
    netsuite: str | None
    task: str | None


@dataclass(frozen=True, slots=True)
class WholeAccount(Row):
    """`again`: a change came while it was under way. `waiting_behind`: the first accounts that wait
    for it, of `waiting_count`, or more if that are very many. `story`: oldest first; `audit`:
    newest first. `paused`: what rests, and why.
    """

    letter: DeadLetter | None
    waiting_behind: list[str]
    waiting_count: int
    story: list[Line]
    audit: list[AuditEntry]
    links: LinksOut
    paused: dict[str, str]


class AccountAnswer(RootModel[WholeAccount]):
    """All that the ledger knows of an account. `state`: none where it never heard of it."""


class ParentAnswer(BaseModel):
    """`name`: null where the integration user does not see it."""

    account: str
    name: str | None


class LiveAnswer(BaseModel):
    """`known`: null where Salesforce could not be asked; `note` says why."""

    known: bool | None
    name: str | None = None
    is_deleted: bool = False
    parent: ParentAnswer | None = None
    note: str | None = None


class SyncAnswer(BaseModel):
    """Forced ones with their parents, the uppermost first."""

    opened: list[str]


class CandidatesAnswer(RootModel[SideBySide]):
    """An Account beside the Customers that it may mean."""


class LinkAnswer(BaseModel):
    """`taken_from`: the Account that had the Customer until then."""

    account: str
    customer: str
    taken_from: str | None
