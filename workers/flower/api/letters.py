"""Dead letters, to read."""

from dataclasses import replace
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, Field, RootModel, StringConstraints

from app.admin.search import search_by_name
from app.errors import RecordNotFound
from app.letters import PLACE, CauseCount, DeadLetter, LetterFilter
from app.models import StageName, account_id
from app.services import Services
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


class Letter(RootModel[DeadLetter]):
    """An account's letter: dead; or again: requeued, and on trial until it succeeds or dies once
    more. Times are epoch seconds.
    """


class LettersAsked(Query):
    """Which letters: those that meet all that is given."""

    cause: Cause | None = None
    stage: StageName | None = None
    text: Text = ""
    """In the words, the service's own words or the comment."""
    account: AccountId | None = None
    assigned: Person = ""
    state: Literal["dead", "again", "all"] = "dead"
    after: Annotated[str, StringConstraints(pattern=PLACE)] | None = None
    """`next` of the page before."""
    limit: int = Field(50, ge=1, le=200)


class NamedLettersAsked(LettersAsked):
    """Of these, whose Account's name holds `name`."""

    name: Annotated[Text, Field(min_length=1)]


class LettersPage(BaseModel):
    """The newest first. `next` is None at the end; a search may have it after few letters or none.
    `total` is None where only a scan would tell.
    """

    letters: list[DeadLetter]
    next: str | None
    total: int | None
    looked_at: int
    note: str | None
    """What was left out of a search by name."""


class Causes(BaseModel):
    """The most frequent first. `again`: letters on trial; `total`: dead ones."""

    causes: list[CauseCount]
    again: int
    total: int


def list_letters(asked: Asked[LettersAsked, None]) -> LettersPage:
    """Lists letters, the newest first."""
    return _page(asked.services, asked.query, _wanted(asked.query))


def list_named(asked: Asked[NamedLettersAsked, None]) -> LettersPage:
    """Lists letters by their Accounts' names, for which it asks Salesforce."""
    named, note = search_by_name(asked.services, asked.query.name)
    wanted = _wanted(asked.query)
    accounts = set(named) if wanted.accounts is None else set(named) & set(wanted.accounts)
    return _page(asked.services, asked.query, replace(wanted, accounts=accounts), note)


def count_causes(asked: Asked[NoQuery, None]) -> Causes:
    """Counts the letters by cause."""
    letters = asked.services.letters
    causes = letters.causes()
    return Causes(causes=causes, again=letters.again(), total=sum(c.count for c in causes))


def _wanted(query: LettersAsked) -> LetterFilter:
    return LetterFilter(
        cause=query.cause,
        stage=query.stage,
        text=query.text or None,
        assigned=query.assigned or None,
        state=query.state,
        accounts={query.account} if query.account else None,
    )


def _page(
    services: Services, query: LettersAsked, wanted: LetterFilter, note: str | None = None
) -> LettersPage:
    page = services.letters.page(wanted, query.after, query.limit)
    return LettersPage(
        letters=page.letters,
        next=page.next,
        total=page.total,
        looked_at=page.looked_at,
        note=note,
    )


ENDPOINTS = (
    Endpoint("GET", "/letters", list_letters, query=LettersAsked, answer=LettersPage),
    Endpoint("GET", "/letters/named", list_named, query=NamedLettersAsked, answer=LettersPage),
    Endpoint("GET", "/letters/causes", count_causes, answer=Causes),
)
