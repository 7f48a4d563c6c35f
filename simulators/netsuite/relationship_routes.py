"""``/services/rest/record/v1/customerSubsidiaryRelationship``: a customer's subsidiaries."""

from typing import Any

from starlette.responses import Response

from simulators.netsuite.account import Account
from simulators.netsuite.call import Call, answer, operation_id
from simulators.netsuite.customer_routes import SINGULAR
from simulators.netsuite.errors import (
    ApiError,
    invalid_field_value,
    invalid_value,
    nonexistent,
    user_error,
)
from simulators.netsuite.fields import Field
from simulators.netsuite.names import unknown_property, validation_mode
from simulators.netsuite.records import Relationship, now
from simulators.netsuite.render import RECORDS, Renderer
from simulators.netsuite.values import accept_reference, check_external_id

_ENTITY = Field("entity", "reference", target="customer")
_SUBSIDIARY = Field("subsidiary", "reference", target="subsidiary")
_NAMES_WORDS = """
    balance depositBalance entity externalId id isPrimarySub lastModifiedDate links name
    primaryCurrency refName subsidiary unbilledOrders
"""
_NAMES = frozenset(_NAMES_WORDS.split())
_UPDATABLE = frozenset(("externalId", "links", "refName", "id"))


def post(account: Account, call: Call) -> Response:
    """Add a customer to a subsidiary."""
    _check_feature(account)
    body = _known(call)
    store = account.store
    missing = [label for label in ("Entity", "Subsidiary") if not body.get(label.lower())]
    if missing:
        raise user_error(f"Please enter value(s) for: {', '.join(missing)}")
    entity = accept_reference(_ENTITY, body["entity"], "entity", store.resolve).id
    subsidiary = accept_reference(_SUBSIDIARY, body["subsidiary"], "subsidiary", store.resolve)
    if subsidiary.inactive or not _parent_reaches(account, entity, subsidiary.id):
        raise invalid_field_value(subsidiary.id, "subsidiary")
    if store.relationship(entity, subsidiary.id) is not None:
        raise user_error("This entity-subsidiary relationship already exists.", "subsidiary")
    values = _values(body)
    relationship = Relationship(store.next_id(), entity, subsidiary.id, values=values)
    store.put_relationship(relationship)
    return _done(call, relationship)


def get(account: Account, call: Call) -> Response:
    """One relationship."""
    call.asked("fields", "expandSubResources", "simpleEnumFormat")
    found = _find(account, call)
    return answer(Renderer(account.store, call.base).relationship(found), SINGULAR)


def patch(account: Account, call: Call) -> Response:
    """Only the external id can be changed (article_161521122959)."""
    relationship = _find(account, call)
    body = _known(call)
    fixed = sorted(set(body) - _UPDATABLE)
    if fixed:
        detail = (
            f"You do not have permissions to set a value for element {fixed[0].lower()} due to one "
            "of the following reasons: 1) The field is read-only; 2) An associated feature is "
            "disabled; 3) The field is available either when a record is created or updated, but "
            "not in both cases."
        )
        raise user_error(detail, fixed[0])
    relationship.values = {**relationship.values, **_values(body)}
    relationship.modified = now()
    account.store.put_relationship(relationship)
    return _done(call, relationship)


def delete(account: Account, call: Call) -> Response:
    """Take a customer out of a subsidiary that is not its primary one."""
    relationship = _find(account, call)
    if relationship.primary:
        raise user_error("The primary subsidiary of an entity cannot be removed.")
    account.store.remove_relationship(relationship)
    return Response(status_code=204, headers={"x-n-operationid": operation_id()})


def _check_feature(account: Account) -> None:
    if not (account.settings["one_world"] and account.settings["multi_subsidiary_customer"]):
        raise ApiError(
            400,
            "INVALID_REQUEST",
            "Record type 'customerSubsidiaryRelationship' is not available in this account.",
            ("o:urlPath", f"{RECORDS}/customerSubsidiaryRelationship"),
        )


def _find(account: Account, call: Call) -> Relationship:
    _check_feature(account)
    key = call.key
    number = int(key) if key.isascii() and key.isdecimal() else None
    relationship = account.store.relationships.get(number) if number is not None else None
    if relationship is None:
        raise nonexistent()
    if not account.store.visible(account.store.customers[relationship.entity]):
        raise nonexistent()
    return relationship


def _known(call: Call) -> dict[str, Any]:
    call.asked("replace", "replaceSelectedFields")
    body = call.json_object()
    mode = validation_mode(call.request.headers)
    unknown = [name for name in body if name not in _NAMES]
    if unknown and mode == "error":
        raise unknown_property(unknown[0])
    return {name: value for name, value in body.items() if name in _NAMES}


def _values(body: dict[str, Any]) -> dict[str, Any]:
    external_id = body.get("externalId")
    if external_id is None:
        return {}
    if not isinstance(external_id, str):
        raise invalid_value("externalId")
    check_external_id(external_id, "externalId")
    return {"externalId": external_id}


def _parent_reaches(account: Account, entity: int, subsidiary: int) -> bool:
    parent = account.store.customers[entity].reference("parent")
    if parent is None or not account.settings["payment_through_top_level"]:
        return True
    return subsidiary in account.store.subsidiaries(parent)


def _done(call: Call, relationship: Relationship) -> Response:
    location = f"{call.base}{RECORDS}/customerSubsidiaryRelationship/{relationship.id}"
    return Response(
        status_code=204, headers={"location": location, "x-n-operationid": operation_id()}
    )
