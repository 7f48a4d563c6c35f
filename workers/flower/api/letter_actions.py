"""What admins do about single dead letters."""

from typing import Annotated, TypeAlias

from pydantic import BaseModel, Field

from app.admin import letters as admin
from workers.flower.api.endpoint import Asked, Body, Endpoint, NoQuery
from workers.flower.api.letters import AccountId, Letter
from workers.flower.api.texts import Comment, Person, Reason, Why

Accounts: TypeAlias = Annotated[list[AccountId], Field(min_length=1, max_length=500)]


class Requeue(Body):
    """`force`: those that have just died again, too."""

    accounts: Accounts
    force: bool = False
    why: Why = ""


class Discard(Body):
    """What is given up, and why."""

    accounts: Accounts
    why: Reason


class Assign(Body):
    """`to`: who is to look after the letter; empty: nobody."""

    to: Person
    why: Why = ""


class Say(Body):
    """The letter's comment from here on."""

    words: Comment


class Requeued(BaseModel):
    """Each account stands in one of the two."""

    requeued: list[str]
    refused: list[admin.Refusal]


class Discarded(BaseModel):
    """Each account stands in one of the two."""

    discarded: list[str]
    refused: list[admin.Refusal]


def requeue(asked: Asked[NoQuery, Requeue]) -> Requeued:
    """Sends dead accounts through the flow again."""
    body = asked.body
    outcome = admin.requeue(asked.services, body.accounts, asked.by, force=body.force)
    return Requeued(requeued=outcome.moved, refused=outcome.refused)


def discard(asked: Asked[NoQuery, Discard]) -> Discarded:
    """Gives letters up: the accounts stay as they are until their next change."""
    outcome = admin.discard(asked.services, asked.body.accounts, asked.by)
    return Discarded(discarded=outcome.moved, refused=outcome.refused)


def assign(asked: Asked[NoQuery, Assign]) -> Letter:
    """Says who is to look after a letter."""
    account = asked.path["account"]
    return Letter(admin.assign(asked.services, account, asked.body.to, asked.by))


def comment(asked: Asked[NoQuery, Say]) -> Letter:
    """Replaces a letter's comment."""
    account, words = asked.path["account"], asked.body.words
    return Letter(admin.comment(asked.services, account, words, asked.by))


ENDPOINTS = (
    Endpoint("POST", "/letters/requeue", requeue, body=Requeue, answer=Requeued),
    Endpoint("POST", "/letters/discard", discard, body=Discard, answer=Discarded),
    Endpoint("POST", "/letters/{account}/assign", assign, body=Assign, answer=Letter),
    Endpoint("POST", "/letters/{account}/comment", comment, body=Say, answer=Letter),
)
