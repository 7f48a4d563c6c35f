"""What templates call: Tornado gives each of these functions the handler of the request."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from tornado.web import RequestHandler

from app.errors import RecordNotFound
from app.models import STAGES, account_id
from workers.flower.headers import nonce_of

TABS = {
    "dead-letters": "Dead letters",
    "accounts": "Accounts",
    "flow": "Flow",
    "criteria": "Criteria",
}
"""Path below the site to title."""

_ARGUMENTS = re.compile(r"[\[(]'(001[0-9A-Za-z]{15})', ", re.ASCII)
"""How Celery writes a task's arguments: the account comes first."""


class Task(Protocol):
    """A task as Flower knows it."""

    name: str | None
    args: str | None


def account_of(task: Task) -> str | None:
    """The account that a task of the pipeline works on; None for others, and whatever they say."""
    found = _ARGUMENTS.match(str(task.args))
    if task.name not in STAGES or not found:
        return None
    try:
        return account_id(found[1])
    except RecordNotFound:
        return None


def page_functions(site: str) -> Mapping[str, Any]:
    """Name in templates to function; `site` is what every path begins with."""

    def cw_site(handler: RequestHandler) -> str:
        return site

    def cw_tabs(handler: RequestHandler) -> list[tuple[str, str]]:
        return list(TABS.items())

    def cw_nonce(handler: RequestHandler) -> str:
        return nonce_of(handler.request)

    def cw_account_of(handler: RequestHandler, task: Task) -> str | None:
        return account_of(task)

    return {f.__name__: f for f in (cw_site, cw_tabs, cw_nonce, cw_account_of)}
