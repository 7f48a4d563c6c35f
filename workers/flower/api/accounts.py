"""Accounts: to find, to look at, and to sync or link by hand."""

from dataclasses import asdict
from typing import Annotated, TypeAlias

from pydantic import StringConstraints, field_validator

from app.admin import forcing
from app.admin.account import view_account
from app.admin.candidates import side_by_side
from app.admin.linking import Linking
from app.admin.links_out import account_page, customer_page, task_page
from app.admin.search import live_names, search
from app.errors import SyncError
from workers.flower.api.account_answers import (
    AccountAnswer,
    AccountsAnswer,
    CandidatesAnswer,
    LinkAnswer,
    LinksOut,
    LiveAnswer,
    NamesAnswer,
    ParentAnswer,
    SyncAnswer,
    WholeAccount,
)
from workers.flower.api.endpoint import Asked, Body, Endpoint, NoQuery, Query
from workers.flower.api.letters import full_id
from workers.flower.api.texts import Why

_WAITING_SHOWN = 100
_NAMES_AT_A_TIME = 200
_LINK_SECONDS = 60.0
"""A link that exists already is looked for in every row."""
CustomerId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$")]


class AccountsAsked(Query):
    """`q`: an Account's id of 15 or 18 characters, a Customer's internal id, or part of a name."""

    q: Annotated[str, StringConstraints(max_length=255, strip_whitespace=True)] = ""


class NamesAsked(Query):
    """`ids`: 200 Accounts at most, joined by commas."""

    ids: Annotated[str, StringConstraints(max_length=_NAMES_AT_A_TIME * 19)]

    @field_validator("ids")
    @classmethod
    def _in_full(cls, ids: str) -> str:
        return ",".join(map(full_id, ids.split(",")))


class Sync(Body):
    """`force`: without a Closed Won, and with all its parents."""

    force: bool = False
    why: Why = ""


class Link(Body):
    """`customer`: its internal id. `force`: take it over from another id, or from an Account that
    is gone from Salesforce.
    """

    customer: CustomerId
    force: bool = False
    why: Why = ""


def find(asked: Asked[AccountsAsked, None]) -> AccountsAnswer:
    """Finds Accounts by id, by Customer or by name."""
    return AccountsAnswer(search(asked.services, asked.query.q))


def name(asked: Asked[NamesAsked, None]) -> NamesAnswer:
    """Tells the names of Accounts, as Salesforce has them now."""
    names, note = live_names(asked.services, asked.query.ids.split(","))
    return NamesAnswer(names=names, note=note)


def show(asked: Asked[NoQuery, None]) -> AccountAnswer:
    """Tells all that the ledger knows of an account."""
    account, settings = asked.path["account"], asked.services.settings
    view = view_account(asked.services, account, _WAITING_SHOWN)
    customer, letter = view.row.customer, view.letter
    told = WholeAccount(
        **asdict(view.row),
        letter=letter,
        waiting_behind=view.waiting,
        waiting_count=view.waiting_count,
        story=view.story,
        audit=view.audit,
        links=LinksOut(
            salesforce=account_page(settings, account),
            netsuite=customer_page(settings, customer) if customer else None,
            task=task_page(asked.site, letter.task) if letter and letter.task else None,
        ),
        paused=view.paused,
    )
    return AccountAnswer(told)


def look(asked: Asked[NoQuery, None]) -> LiveAnswer:
    """Tells what Salesforce says of an Account now."""
    try:
        seen = asked.services.accounts.glance(asked.path["account"])
    except SyncError as failed:
        return LiveAnswer(known=None, note=f"The Account cannot be read: {failed}")
    if seen is None:
        note = "Salesforce knows no such Account, or does not show it to the integration user."
        return LiveAnswer(known=False, note=note)
    parent = ParentAnswer(account=seen.parent, name=seen.parent_name) if seen.parent else None
    return LiveAnswer(known=True, name=seen.name, is_deleted=seen.is_deleted, parent=parent)


def sync(asked: Asked[NoQuery, Sync]) -> SyncAnswer:
    """Sends an Account through the flow now."""
    wanted, force = [asked.path["account"]], asked.body.force
    opened = forcing.sync(asked.services, wanted, asked.by, force=force)
    return SyncAnswer(opened=list(opened))


def candidates(asked: Asked[NoQuery, None]) -> CandidatesAnswer:
    """Shows an Account beside the Customers that it may mean."""
    return CandidatesAnswer(side_by_side(asked.services, asked.path["account"]))


def link(asked: Asked[NoQuery, Link]) -> LinkAnswer:
    """Ties an Account to a Customer, and syncs it."""
    body = asked.body
    tied = Linking(asked.services).tie(
        asked.path["account"], body.customer, asked.by, force=body.force
    )
    return LinkAnswer(account=tied.account, customer=tied.customer.id, taken_from=tied.taken_from)


ENDPOINTS = (
    Endpoint("GET", "/accounts", find, query=AccountsAsked, answer=AccountsAnswer),
    Endpoint("GET", "/accounts/names", name, query=NamesAsked, answer=NamesAnswer),
    Endpoint("GET", "/accounts/{account}", show, answer=AccountAnswer),
    Endpoint("GET", "/accounts/{account}/live", look, answer=LiveAnswer),
    Endpoint("GET", "/accounts/{account}/candidates", candidates, answer=CandidatesAnswer),
    Endpoint("POST", "/accounts/{account}/sync", sync, body=Sync, answer=SyncAnswer),
    Endpoint(
        "POST",
        "/accounts/{account}/link",
        link,
        body=Link,
        answer=LinkAnswer,
        seconds=_LINK_SECONDS,
    ),
)
