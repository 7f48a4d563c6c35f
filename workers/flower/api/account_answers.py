"""What the API answers of accounts."""

from pydantic import BaseModel, ConfigDict

from workers.flower.api.audit import Entry
from workers.flower.api.letters import Letter


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class FoundAnswer(_Answer):
    """`name`: null where Salesforce says none. `state`: none where the ledger never heard of it."""

    account: str
    name: str | None
    state: str
    stage: str | None
    customer: str | None
    cause: str | None


class AccountsAnswer(_Answer):
    """`note`: what is missing, and why."""

    accounts: list[FoundAnswer]
    note: str | None


class NamesAnswer(_Answer):
    """Account to name, as far as Salesforce knows them; `note`: why there are none."""

    names: dict[str, str]
    note: str | None


class StoryLine(_Answer):
    """`at` is epoch seconds."""

    at: float
    what: str
    stage: str | None
    words: str


class LinksOut(_Answer):
    """The Account in Salesforce, its Customer in NetSuite, the failed task in Flower."""

    salesforce: str
    netsuite: str | None
    task: str | None


class AccountAnswer(_Answer):
    """`state`: none where the ledger never heard of it. `again`: a change came while it was under
    way. `waiting_behind`: the first accounts that wait for it, of `waiting_count`. `story`: oldest
    first; `audit`: newest first. `paused`: what rests, and why.
    """

    account: str
    state: str
    stage: str | None
    customer: str | None
    waiting_for: str | None
    cause: str | None
    attempts: int
    again: bool
    force: bool
    letter: Letter | None
    waiting_behind: list[str]
    waiting_count: int
    story: list[StoryLine]
    audit: list[Entry]
    links: LinksOut
    paused: dict[str, str]


class ParentAnswer(_Answer):
    """`name`: null where the integration user does not see it."""

    account: str
    name: str | None


class LiveAnswer(_Answer):
    """`known`: null where Salesforce could not be asked; `note` says why."""

    known: bool | None
    name: str | None = None
    is_deleted: bool = False
    parent: ParentAnswer | None = None
    note: str | None = None


class SyncAnswer(_Answer):
    """Forced ones with their parents, the uppermost first."""

    opened: list[str]


class CandidateAnswer(_Answer):
    """`values`: label to what stands in NetSuite. `blocked`: why it cannot be chosen; null: it can.
    `by_force`: it can nonetheless, by force. `url`: its page in NetSuite.
    """

    customer: str
    name: str
    external_id: str | None
    is_inactive: bool
    is_person: bool
    stage: str
    linked_to: str | None
    url: str
    values: dict[str, str]
    blocked: str | None
    by_force: bool


class CandidatesAnswer(_Answer):
    """`ours`: label to what the Account has; `labels`: all labels, in the order to be shown."""

    ours: dict[str, str]
    labels: list[str]
    candidates: list[CandidateAnswer]
    note: str | None


class LinkAnswer(_Answer):
    """`taken_from`: the Account that had the Customer until then."""

    account: str
    customer: str
    taken_from: str | None
