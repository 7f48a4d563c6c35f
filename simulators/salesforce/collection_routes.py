"""``/composite/sobjects``: many records in one call and one transaction."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from simulators.salesforce.api import ApiCall, answer
from simulators.salesforce.errors import ApiError
from simulators.salesforce.ids import normalise
from simulators.salesforce.records import create, update
from simulators.salesforce.recycling import delete
from simulators.salesforce.schema import SObject
from simulators.salesforce.sobject_routes import chosen, shown
from simulators.salesforce.transaction import Transaction

_MOST_WRITTEN = 200
_MOST_READ = 2000

Write = Callable[[Transaction, Any], str]


def retrieve(call: ApiCall) -> Response:
    """``POST /composite/sobjects/{type}`` with ids and fields; null where missing."""
    sobject = call.org.schema.require(call.path("type"))
    data = call.json_object()
    ids, fields = data.get("ids"), data.get("fields")
    if not isinstance(ids, list) or not isinstance(fields, list) or not ids or not fields:
        raise ApiError("MISSING_ARGUMENT", "The ids and fields parameters are required")
    if len(ids) > _MOST_READ:
        raise ApiError("EXCEEDED_ID_LIMIT", f"cannot retrieve more than {_MOST_READ} records")
    names = chosen(sobject, [str(name) for name in fields])
    return answer([_retrieved(call, sobject, str(text), names) for text in ids])


def create_many(call: ApiCall) -> Response:
    """``POST /composite/sobjects``."""

    def write(transaction: Transaction, record: Any) -> str:
        return create(transaction, _sobject(call, record), record)

    return _write_many(call, _given(call), write)


def update_many(call: ApiCall) -> Response:
    """``PATCH /composite/sobjects``; each record carries its id."""

    def write(transaction: Transaction, record: Any) -> str:
        sobject = _sobject(call, record)
        named = {key.lower(): key for key in record}
        text = record.get(named.get("id"))
        record_id = normalise(str(text))
        if record_id is None or not record_id.startswith(sobject.prefix):
            raise ApiError("MALFORMED_ID", f"id value of incorrect type: {text}", fields=["Id"])
        values = {key: value for key, value in record.items() if key.lower() != "id"}
        update(transaction, sobject, record_id, values)
        return record_id

    return _write_many(call, _given(call), write)


def delete_many(call: ApiCall) -> Response:
    """``DELETE /composite/sobjects?ids=a,b&allOrNone=``."""

    def write(transaction: Transaction, text: Any) -> str:
        record_id = normalise(text)
        objects = call.org.schema.objects.values()
        sobject = next((o for o in objects if (record_id or "").startswith(o.prefix)), None)
        if record_id is None or sobject is None:
            raise ApiError("MALFORMED_ID", f"malformed id {text}", fields=["Id"])
        delete(transaction, sobject, record_id)
        return record_id

    ids = [text for text in call.request.query_params.get("ids", "").split(",") if text]
    return _write_many(call, ids, write)


def _retrieved(
    call: ApiCall, sobject: SObject, text: str, names: list[str]
) -> dict[str, Any] | None:
    record_id = normalise(text)
    if record_id is None:
        raise ApiError("MALFORMED_ID", f"malformed id {text}")
    record = call.org.store.get(sobject.name, record_id)
    if record is None or record.get("IsDeleted"):
        return None
    return shown(call, sobject, record, names)


def _given(call: ApiCall) -> list[Any]:
    records = call.json_object().get("records")
    if not isinstance(records, list):
        raise ApiError("JSON_PARSER_ERROR", "The records parameter is required")
    return records


def _sobject(call: ApiCall, record: Any) -> SObject:
    attributes = record.get("attributes") if isinstance(record, dict) else None
    name = attributes.get("type") if isinstance(attributes, dict) else None
    sobject = call.org.schema.find(name) if isinstance(name, str) else None
    if sobject is None:
        raise ApiError("INVALID_TYPE", f"sObject type '{name}' is not supported.", fields=[])
    return sobject


def _write_many(call: ApiCall, items: list[Any], write: Write) -> Response:
    if len(items) > _MOST_WRITTEN:
        message = f"record limit reached. cannot submit more than {_MOST_WRITTEN} records"
        raise ApiError("EXCEEDED_ID_LIMIT", message)
    transaction = call.transaction()
    results: list[dict[str, Any]] = []
    failed = 0
    for item in items:
        try:
            results.append({"id": write(transaction, item), "success": True, "errors": []})
        except ApiError as error:
            failed += 1
            results.append({"success": False, "errors": [_entry(error)]})
    if failed and _all_or_none(call):
        transaction.rollback()
        rolled_back = ApiError(
            "ALL_OR_NONE_OPERATION_ROLLED_BACK",
            "Record rolled back because not all records were valid and the request was using "
            "AllOrNone header",
        )
        undone = {"success": False, "errors": [_entry(rolled_back)]}
        results = [undone if result["success"] else result for result in results]
    transaction.commit()
    return answer(results)


def _all_or_none(call: ApiCall) -> bool:
    if call.request.method == "DELETE":
        return call.request.query_params.get("allOrNone", "").lower() == "true"
    return call.json_object().get("allOrNone") is True


def _entry(error: ApiError) -> dict[str, Any]:
    return {"statusCode": error.code, "message": error.message, "fields": error.fields or []}
