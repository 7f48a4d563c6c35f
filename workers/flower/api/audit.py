"""The audit trail: who did what, when and why."""

from typing import Annotated, cast

from pydantic import Field, RootModel, StringConstraints

from app.audit import ENTRY_ID, KINDS, AuditPage, What
from workers.flower.api.endpoint import Asked, Endpoint, Query
from workers.flower.api.letters import AccountId

_KIND = f"({'|'.join(KINDS)})"
_KIND_LIST = StringConstraints(pattern=f"^{_KIND}(,{_KIND})*$", max_length=400)


class AuditAsked(Query):
    """Which actions: those that meet all that is given."""

    account: AccountId | None = None
    what: Annotated[str, _KIND_LIST] | None = None
    """The kind of action, or several with commas between them: requeue, discard, flow off, …"""
    after: Annotated[str, StringConstraints(pattern=ENTRY_ID)] | None = None
    """`next` of the page before."""
    limit: int = Field(100, ge=1, le=500)


class AuditAnswer(RootModel[AuditPage]):
    """The newest first. `next` is None at the end."""


def list_entries(asked: Asked[AuditAsked, None]) -> AuditAnswer:
    """Lists what people did."""
    query = asked.query
    kinds = cast(tuple[What, ...], tuple(query.what.split(",")) if query.what else ())
    page = asked.services.audit.entries(
        account=query.account, what=kinds, after=query.after, limit=query.limit
    )
    return AuditAnswer(page)


ENDPOINTS = (Endpoint("GET", "/audit", list_entries, query=AuditAsked, answer=AuditAnswer),)
