"""The audit trail: who did what, when and why."""

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from app.audit import ENTRY_ID, Audit
from workers.flower.api.endpoint import Asked, Endpoint, Query
from workers.flower.api.letters import AccountId


class AuditAsked(Query):
    """Which actions: those that meet all that is given."""

    account: AccountId | None = None
    what: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}( [a-z]{1,20})?$")] | None = None
    """The kind of action: requeue, discard, flow off, …"""
    after: Annotated[str, StringConstraints(pattern=ENTRY_ID)] | None = None
    """`next` of the page before."""
    limit: int = Field(100, ge=1, le=500)


class Entry(BaseModel):
    """One action. `at` is epoch seconds; `account` is empty where it was on none."""

    id: str
    at: float
    who: str
    what: str
    account: str
    why: str
    before: str
    after: str


class AuditAnswer(BaseModel):
    """The newest first. `next` is None at the end."""

    entries: list[Entry]
    next: str | None


def list_entries(asked: Asked[AuditAsked, None]) -> AuditAnswer:
    """Lists what people did."""
    query = asked.query
    page = Audit(asked.services.redis).entries(
        account=query.account, what=query.what, after=query.after, limit=query.limit
    )
    return AuditAnswer(entries=[Entry(**asdict(e)) for e in page.entries], next=page.next)


ENDPOINTS = (Endpoint("GET", "/audit", list_entries, query=AuditAsked, answer=AuditAnswer),)
