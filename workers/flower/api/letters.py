"""Dead letters, to read."""

from dataclasses import replace
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.admin.search import search_by_name
from app.errors import RecordNotFound
from app.letters import PLACE, LetterFilter, Letters
from app.models import StageName, account_id
from workers.flower.api.endpoint import Asked, Endpoint, NoQuery, Query
from workers.flower.api.texts import Cause, Person


def full_id(text: str) -> str:
    """The account's 18 characters, as pydantic wants its checks.

    Raises:
        ValueError: it is no Account's id.
    """
    try:
        return account_id(text)
    except RecordNotFound as malformed:
        raise ValueError(str(malformed)) from None


AccountId: TypeAlias = Annotated[str, AfterValidator(full_id)]
"""Given with 15 or 18 characters."""
Text: TypeAlias = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]


class Letter(BaseModel):
    """An account's letter. Times are epoch seconds."""

    model_config = ConfigDict(from_attributes=True)

    account: str
    state: Literal["dead", "again"]
    """dead; or again: requeued, and on trial until it succeeds or dies once more."""
    cause: str
    stage: str
    words: str
    service_words: str
    request: str
    task: str
    reason: str
    attempts: int
    deaths: int
    first: float
    at: float
    requeued: float | None
    waiting: int
    assigned: str
    comment: str


class LettersAsked(Query):
    """Which letters: those that meet all that is given."""

    cause: Cause | None = None
    stage: StageName | None = None
    text: Text = ""
    """In the words, the service's own words or the comment."""
    name: Text = ""
    """Part of the Account's name, looked for in Salesforce."""
    account: AccountId | None = None
    assigned: Person = ""
    state: Literal["dead", "again", "all"] = "dead"
    after: Annotated[str, StringConstraints(pattern=PLACE)] | None = None
    """`next` of the page before."""
    limit: int = Field(50, ge=1, le=200)


class LettersPage(BaseModel):
    """The newest first. `next` is None at the end; a search may have it after few letters or none.
    `total` is None where only a scan would tell.
    """

    letters: list[Letter]
    next: str | None
    total: int | None
    looked_at: int
    note: str | None
    """What was left out of a search by name."""


class CauseAnswer(BaseModel):
    """How many dead letters have a cause; when the oldest and the newest of them died last."""

    model_config = ConfigDict(from_attributes=True)

    cause: str
    count: int
    oldest: float
    newest: float


class Causes(BaseModel):
    """The most frequent first. `again`: letters on trial; `total`: dead ones."""

    causes: list[CauseAnswer]
    again: int
    total: int


def list_letters(asked: Asked[LettersAsked, None]) -> LettersPage:
    """Lists letters, the newest first."""
    query = asked.query
    wanted = LetterFilter(
        cause=query.cause,
        stage=query.stage,
        text=query.text or None,
        assigned=query.assigned or None,
        state=query.state,
        accounts={query.account} if query.account else None,
    )
    note = None
    if query.name:
        named, note = search_by_name(asked.services, query.name)
        known = wanted.accounts
        wanted = replace(wanted, accounts=set(named) if known is None else set(named) & set(known))
    page = Letters(asked.services.redis).page(wanted, query.after, query.limit)
    return LettersPage(
        letters=[Letter.model_validate(letter) for letter in page.letters],
        next=page.next,
        total=page.total,
        looked_at=page.looked_at,
        note=note,
    )


def count_causes(asked: Asked[NoQuery, None]) -> Causes:
    """Counts the letters by cause."""
    letters = Letters(asked.services.redis)
    causes = [CauseAnswer.model_validate(cause) for cause in letters.causes()]
    return Causes(causes=causes, again=letters.again(), total=sum(c.count for c in causes))


ENDPOINTS = (
    Endpoint("GET", "/letters", list_letters, query=LettersAsked, answer=LettersPage),
    Endpoint("GET", "/letters/causes", count_causes, answer=Causes),
)
