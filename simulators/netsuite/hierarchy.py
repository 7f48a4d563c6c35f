"""Which customer may be whose parent."""

from simulators.netsuite.errors import invalid_field_value
from simulators.netsuite.records import Customer
from simulators.netsuite.store import Store


def check_parent(store: Store, draft: Customer, current: Customer | None) -> None:
    """Check a new or changed parent, or a changed subsidiary under the same one.

    Raises:
        ApiError: USER_ERROR "Invalid Field Value" on ``parent``: itself, a cycle, or a parent that
            does not reach the child's subsidiaries (and currencies, with Accept Payment Through
            Top Level Customer; bridgehead_N276747).
    """
    number = draft.reference("parent")
    if number is None:
        return
    watched = ("parent", "subsidiary", "currency")
    before = current.values if current else {}
    if current and all(before.get(n) == draft.values.get(n) for n in watched):
        return
    refusal = invalid_field_value(number, "parent")
    if number == draft.id or draft.id in store.ancestors(draft):
        raise refusal
    together = store.settings["payment_through_top_level"]
    if store.settings["one_world"]:
        primary = draft.reference("subsidiary")
        needed = {primary} if primary else set()
        needed |= store.subsidiaries(draft.id) - {_left(current, draft)} if together else set()
        if not needed <= store.subsidiaries(number):
            raise refusal
    if together and not set(draft.currencies) <= set(store.customers[number].currencies):
        raise refusal


def _left(current: Customer | None, draft: Customer) -> int | None:
    """The primary subsidiary that this write leaves."""
    before = current.reference("subsidiary") if current else None
    return before if before != draft.reference("subsidiary") else None
