"""An Account beside the Customers that it may mean, for an admin who is to say which it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.admin.beside import Beside
from app.admin.linking import Linking
from app.admin.links_out import customer_page
from app.errors import AmbiguousMatch, RecordLocked, RecordNotFound, RecordRejected
from app.links import Links
from app.models import Account, Customer
from app.netsuite.details import MOST, read_details
from app.netsuite.mapping import KEEP, external_id, map_customer
from app.services import Services


@dataclass(frozen=True, slots=True)
class Candidate:
    """A Customer. `url`: its page in NetSuite."""

    customer: str
    name: str
    external_id: str | None
    is_inactive: bool
    is_person: bool
    stage: str
    linked_to: str | None
    """The Account that is linked to it, as far as the ledger knows."""
    url: str
    values: dict[str, str]
    """Label to what stands in NetSuite."""
    blocked: str | None
    """Why it cannot be chosen; None: it can."""
    by_force: bool
    """Whether it can nonetheless, by force."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """`ours`: label to what the Account has; `labels`: all labels, in the order to be shown."""

    ours: dict[str, str]
    labels: list[str]
    candidates: list[Candidate]
    note: str | None


def side_by_side(services: Services, account: str) -> SideBySide:
    """Reads both services now.

    Raises:
        RecordNotFound: Salesforce does not know the Account.
        SyncError: a service does not answer, or refuses.
        redis.exceptions.RedisError: Redis does not answer.
    """
    read = services.accounts.read(account)
    if read is None:
        raise RecordNotFound(
            f"Salesforce knows no Account {account}, or does not show it to the integration user."
        )
    found, bearers = _found(services, read)
    shown = found[:MOST]
    beside = Beside(services.flow, read)
    details = read_details(
        services.netsuite,
        [customer.id for customer in shown],
        beside.columns,
        has_subsidiaries=services.flow.subsidiaries.enabled,
    )
    holders = Links(services.redis).holders(customer.id for customer in shown)
    values = {one.id: beside.theirs(one, details[one.id]) for one in shown}
    ours = beside.ours(services.accounts.names([read.parent_id]) if read.parent_id else {})
    return SideBySide(
        ours=ours,
        labels=beside.labels([ours, *values.values()]),
        candidates=[
            _candidate(services, account, one, bearers, holders.get(one.id), values[one.id])
            for one in shown
        ],
        note=_note(services, read, len(found)),
    )


def _found(services: Services, account: Account) -> tuple[list[Customer], list[str]]:
    """All that may be meant, each once, the one that it is linked to first; and which of them bear
    the Account's id.
    """
    key = external_id(account.id, services.flow)
    found = services.lookups.candidates(key, _name(services, account))
    linked = services.journal.row(account.id).customer
    current = services.lookups.customer(linked) if linked else None
    every = [*([current] if current else []), *found.by_id, *found.by_name]
    return list({one.id: one for one in every}.values()), [one.id for one in found.by_id]


def _name(services: Services, account: Account) -> str:
    """As it would stand in NetSuite; as it is, where the Account does not fit."""
    key = external_id(account.id, services.flow)
    try:
        payload = map_customer(account, services.flow, external_id=key, parent=KEEP, currencies={})
    except RecordRejected:
        return account.name
    return payload.name or account.name


def _candidate(
    services: Services,
    account: str,
    found: Customer,
    bearers: Sequence[str],
    holder: str | None,
    values: dict[str, str],
) -> Candidate:
    held = [holder] if holder else []
    blocked = _hindrance(services, account, found, bearers, held, force=False)
    return Candidate(
        customer=found.id,
        name=found.name,
        external_id=found.external_id,
        is_inactive=found.is_inactive,
        is_person=found.is_person,
        stage=found.stage,
        linked_to=holder,
        url=customer_page(services.settings, found.id),
        values=values,
        blocked=blocked,
        by_force=bool(blocked)
        and _hindrance(services, account, found, bearers, held, force=True) is None,
    )


def _hindrance(
    services: Services,
    account: str,
    found: Customer,
    bearers: Sequence[str],
    holders: Iterable[str],
    *,
    force: bool,
) -> str | None:
    try:
        Linking(services).ensure_free(account, found, bearers, list(holders), force=force)
    except (AmbiguousMatch, RecordLocked, RecordRejected) as blocked:
        return str(blocked)
    return None


def _note(services: Services, account: Account, count: int) -> str | None:
    notes = []
    if account.is_deleted:
        notes.append("The Account is deleted in Salesforce.")
    if Links(services.redis).of([account.id])[account.id].is_under_way:
        notes.append("It is under way: a Customer can be chosen once it is at rest.")
    if count > MOST:
        notes.append(f"{count} Customers may be meant; the first {MOST} are shown.")
    return " ".join(notes) or None
