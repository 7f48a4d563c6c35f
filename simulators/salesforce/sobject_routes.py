"""``/sobjects``: one record at a time, and describe."""

from typing import Any

from starlette.responses import Response

from simulators.salesforce.api import ApiCall, answer
from simulators.salesforce.describe import describe, summary
from simulators.salesforce.errors import ApiError
from simulators.salesforce.ids import normalise
from simulators.salesforce.reading import read
from simulators.salesforce.records import WRITABLE, create, live, update
from simulators.salesforce.recycling import delete
from simulators.salesforce.rows import attributes
from simulators.salesforce.schema import SObject
from simulators.salesforce.store import Record
from simulators.salesforce.values import to_json


def list_sobjects(call: ApiCall) -> Response:
    """``GET /sobjects``."""
    shown = [summary(sobject, call.version) for sobject in call.org.schema.objects.values()]
    return answer({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": shown})


def show_sobject(call: ApiCall) -> Response:
    """``GET /sobjects/{type}``."""
    sobject = call.org.schema.require(call.path("type"))
    return answer({"objectDescribe": summary(sobject, call.version), "recentItems": []})


def describe_sobject(call: ApiCall) -> Response:
    """``GET /sobjects/{type}/describe``."""
    sobject = call.org.schema.require(call.path("type"))
    return answer(describe(call.org, sobject, call.version))


def get_record(call: ApiCall) -> Response:
    """``GET /sobjects/{type}/{id}[?fields=a,b]``."""
    sobject, record_id = addressed(call)
    record = call.org.store.get(sobject.name, record_id)
    if record is None or record.get("IsDeleted"):
        raise ApiError("NOT_FOUND")
    names = call.request.query_params.get("fields")
    fields = list(sobject.fields) if names is None else chosen(sobject, names.split(","))
    return answer(shown(call, sobject, record, fields))


def create_record(call: ApiCall) -> Response:
    """``POST /sobjects/{type}``."""
    sobject = call.org.schema.require(call.path("type"))
    transaction = call.transaction()
    record_id = create(transaction, sobject, call.json_object())
    transaction.commit()
    location = f"/services/data/v{call.version}/sobjects/{sobject.name}/{record_id}"
    body = {"id": record_id, "success": True, "errors": []}
    return answer(body, 201, {"Location": location})


def update_record(call: ApiCall) -> Response:
    """``PATCH /sobjects/{type}/{id}``."""
    sobject, record_id = addressed(call)
    transaction = call.transaction()
    update(transaction, sobject, record_id, call.json_object())
    transaction.commit()
    return Response(status_code=204)


def delete_record(call: ApiCall) -> Response:
    """``DELETE /sobjects/{type}/{id}``."""
    sobject, record_id = addressed(call)
    if sobject.name not in WRITABLE:
        raise ApiError("INSUFFICIENT_ACCESS", f"entity type {sobject.name} cannot be deleted")
    live(call.org, sobject, record_id)
    transaction = call.transaction()
    delete(transaction, sobject, record_id)
    transaction.commit()
    return Response(status_code=204)


def upsert_record(call: ApiCall) -> Response:
    """``PATCH /sobjects/{type}/{field}/{value}``: no field here is an external id.

    Raises:
        ApiError: NOT_FOUND, always.
    """
    call.org.schema.require(call.path("type"))
    raise ApiError(
        "NOT_FOUND",
        f"Provided external ID field does not exist or is not accessible: {call.path('field')}",
    )


def addressed(call: ApiCall) -> tuple[SObject, str]:
    """Object and record id of the path.

    Raises:
        ApiError: NOT_FOUND for an unknown object, MALFORMED_ID.
    """
    sobject = call.org.schema.require(call.path("type"))
    record_id = normalise(call.path("id"))
    if record_id is None or not record_id.startswith(sobject.prefix):
        text = f"{sobject.label} ID: id value of incorrect type: {call.path('id')}"
        raise ApiError("MALFORMED_ID", text, fields=["Id"])
    return sobject, record_id


def chosen(sobject: SObject, names: list[str]) -> list[str]:
    """Canonical names.

    Raises:
        ApiError: INVALID_FIELD.
    """
    found = []
    for name in names:
        field = sobject.field(name.strip())
        if field is None:
            message = f"No such column '{name.strip()}' on sobject of type {sobject.name}"
            raise ApiError("INVALID_FIELD", message)
        found.append(field.name)
    return found


def shown(call: ApiCall, sobject: SObject, record: Record, names: list[str]) -> dict[str, Any]:
    """A record as JSON; the id is always there."""
    values = {name: to_json(read(call.org.store, sobject, record, name)) for name in names}
    return {
        "attributes": attributes(sobject, record, call.version),
        **values,
        "Id": record["Id"],
    }
