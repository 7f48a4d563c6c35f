"""Writing a customer: what a body changes, and the rules the result must keep."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulators.netsuite.addressbook import apply_address_book
from simulators.netsuite.currencies import apply_currency_list, settle_currencies
from simulators.netsuite.errors import invalid_content, invalid_field_value, user_error
from simulators.netsuite.fields import Field, customer_fields
from simulators.netsuite.hierarchy import check_parent
from simulators.netsuite.names import known_properties
from simulators.netsuite.records import Customer, now
from simulators.netsuite.store import EXISTS, Store
from simulators.netsuite.values import accept, accept_reference

_CLOSED_WON = {"id": "13"}
_ENTITY_ID_LENGTH = 80
_NO_PERMISSION = (
    "You do not have permissions to set a value for element {name} due to one of the following "
    "reasons: 1) The field is read-only; 2) An associated feature is disabled; 3) The field is "
    "available either when a record is created or updated, but not in both cases."
)
_POSTED = "The {name} cannot be changed because transactions have been posted for this entity."


@dataclass(frozen=True)
class WriteOptions:
    """How a request wants its body applied.

    Attributes:
        names: property name validation: ``error``, ``warning`` or ``ignore``.
        replace: sublists (and, with ``replace_selected``, fields) named in ``replace``.
        replace_selected: null clears a field only if it is named in ``replace``.
        external_id: the external id in the URL of an upsert.
        by_hand: a person in NetSuite's own pages writes, who may number entities.
    """

    names: str = "warning"
    replace: frozenset[str] = frozenset()
    replace_selected: bool = False
    external_id: str | None = None
    by_hand: bool = False


def write_customer(
    store: Store, current: Customer | None, body: dict[str, Any], options: WriteOptions
) -> tuple[Customer, list[str]]:
    """Create a customer (``current`` is None) or change one.

    Returns:
        The customer as stored, and the JSON paths of properties that were dropped as unknown.

    Raises:
        ApiError: nothing has changed then.
    """
    fields = customer_fields(store.settings)
    known, dropped = known_properties(body, fields, options.names)
    draft = _copy(current) if current else Customer(id=store.next_id(), values={"isPerson": False})
    _take_external_id(draft, known, options.external_id, created=current is None)
    for name, raw in known.items():
        field = fields.get(name)
        if field is not None and not field.read_only and field.kind != "sublist":
            _apply(store, draft, current, field, raw, options)
    _settle_defaults(store, draft)
    for name, apply in (("addressBook", apply_address_book), ("currencyList", apply_currency_list)):
        if name in known and name in fields:
            apply(store, draft, known[name], replace=name in options.replace)
    settle_currencies(store, draft)
    _check_mandatory(store, draft)
    _name_entity(store, draft, current)
    check_parent(store, draft, current)
    draft.modified = now()
    store.put_customer(draft)
    if store.settings["one_world"]:
        store.set_primary(draft)
    return draft, dropped


def _copy(customer: Customer) -> Customer:
    return replace(
        customer,
        values=dict(customer.values),
        addresses=[replace(a, values=dict(a.values)) for a in customer.addresses],
        currencies=list(customer.currencies),
        transactions=list(customer.transactions),
    )


def _take_external_id(
    draft: Customer, body: Mapping[str, Any], external_id: str | None, *, created: bool
) -> None:
    if external_id is None:
        return
    if body.get("externalId", external_id) != external_id:
        raise invalid_content("The external ID differs from the one in the URL.", "externalId")
    if created:
        draft.values["externalId"] = external_id


def _apply(
    store: Store,
    draft: Customer,
    current: Customer | None,
    field: Field,
    raw: Any,
    options: WriteOptions,
) -> None:
    name = field.name
    value: Any = None
    if raw is None:
        if options.replace_selected and name not in options.replace:
            return
    elif field.kind == "reference":
        resolve = store.resolve_all if options.by_hand else store.resolve
        found = accept_reference(field, raw, name, resolve)
        if found.inactive and draft.reference(name) != found.id:
            raise invalid_field_value(found.id, name)
        value = {"id": str(found.id)}
    else:
        value = accept(field, raw, name, store.settings)
    if value == draft.values.get(name):
        return
    _check_change(store, current, name, by_hand=options.by_hand)
    if value is None:
        draft.values.pop(name, None)
    else:
        draft.values[name] = value


def _check_change(
    store: Store, current: Customer | None, name: str, *, by_hand: bool = False
) -> None:
    """Fields that cannot be set, or not any more."""
    settings = store.settings
    if name == "entityId" and settings["auto_numbering"]:
        if not (by_hand or settings["allow_entity_id_override"]):
            raise user_error(_NO_PERMISSION.format(name="entityid"), "entityId")
    elif name in ("subsidiary", "currency") and current is not None and current.transactions:
        raise user_error(_POSTED.format(name=name), name)


def _settle_defaults(store: Store, draft: Customer) -> None:
    draft.values.setdefault("isPerson", False)
    draft.values.setdefault("isInactive", False)
    draft.values.setdefault("entityStatus", dict(_CLOSED_WON))
    status = store.tables.find("customerStatus", draft.reference("entityStatus") or 0)
    if status is not None and status.stage:
        draft.stage = status.stage


def _check_mandatory(store: Store, draft: Customer) -> None:
    wanted = {"companyName": "Company Name"}
    if draft.values["isPerson"]:
        wanted = {"firstName": "First Name", "lastName": "Last Name"}
    if store.settings["one_world"]:
        wanted["subsidiary"] = "Primary Subsidiary"
    missing = [label for name, label in wanted.items() if not draft.values.get(name)]
    if missing:
        raise user_error(f"Please enter value(s) for: {', '.join(missing)}")


def _name_entity(store: Store, draft: Customer, current: Customer | None) -> None:
    """entityId: a number of NetSuite's, or the name, which must be unique then."""
    if draft.values.get("entityId"):
        return
    if current is not None:
        draft.values["entityId"] = current.values["entityId"]
    elif store.settings["auto_numbering"]:
        draft.values["entityId"] = f"CUST{draft.id}"
    else:
        draft.values["entityId"] = draft.name[:_ENTITY_ID_LENGTH]


def delete_customer(store: Store, customer: Customer) -> None:
    """Delete a customer on which nothing depends.

    Raises:
        ApiError: USER_ERROR, it has transactions or children.
    """
    if customer.transactions or store.children(customer.id):
        raise user_error("This record cannot be deleted because it has dependent records.")
    store.remove_customer(customer)


def upsert_target(store: Store, external_id: str) -> Customer | None:
    """The customer a PUT by external id changes; None means it creates one.

    Raises:
        ApiError: USER_ERROR, the external id belongs to another entity type or to a customer that
            the role does not see.
    """
    owner = store.owner(external_id)
    if owner is None:
        return None
    customer = store.customers.get(owner)
    if customer is None or not store.visible(customer):
        raise user_error(EXISTS)
    return customer
