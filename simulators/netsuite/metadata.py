"""``GET /services/rest/record/v1/metadata-catalog/...``: the account's own schemas."""

from typing import Any

from starlette.responses import Response

from simulators.netsuite.account import Account
from simulators.netsuite.call import Call, answer
from simulators.netsuite.errors import ApiError, standard_error
from simulators.netsuite.fields import Field, customer_fields
from simulators.netsuite.render import RECORDS

_SCHEMA = "application/schema+json"
_ENDS = (("entity", "customer"), ("subsidiary", "subsidiary"))
_FILTERABLE = [
    "companyName",
    "email",
    "entityId",
    "externalId",
    "id",
    "isInactive",
    "isPerson",
    "lastModifiedDate",
    "phone",
]


def get(account: Account, call: Call) -> Response:
    """The customer's JSON schema; other flavours of the catalog are not simulated."""
    _check_flavour(call)
    fields = customer_fields(account.settings)
    custom = [name for name, field in fields.items() if field.custom]
    body = {
        "type": "object",
        "properties": {name: _property(field) for name, field in fields.items()},
        "$schema": "http://json-schema.org/draft-06/hyper-schema#",
        "x-ns-filterable": [*_FILTERABLE, *custom],
    }
    return answer(body, _SCHEMA)


def get_relationship(account: Account, call: Call) -> Response:
    """The schema of the record that Multi-Subsidiary Customer brings; without it, there is none."""
    _check_flavour(call)
    if not (account.settings["one_world"] and account.settings["multi_subsidiary_customer"]):
        detail = "The resource does not exist. Provide a valid URL."
        raise ApiError(404, "NOT_FOUND", detail, ("o:urlPath", call.request.url.path))
    links = {name: f"{RECORDS}/metadata-catalog/{target}" for name, target in _ENDS}
    body = {
        "type": "object",
        "properties": {name: {"title": name, "$ref": link} for name, link in links.items()},
        "$schema": "http://json-schema.org/draft-06/hyper-schema#",
        "x-ns-filterable": [],
    }
    return answer(body, _SCHEMA)


def governance(account: Account, call: Call) -> Response:
    """``GET /services/rest/system/v1/governanceLimits``: for administrators only."""
    raise standard_error("INSUFFICIENT_PERMISSION")


def _check_flavour(call: Call) -> None:
    call.asked("select")
    if call.request.headers.get("accept", "").split(";")[0].strip() != _SCHEMA:
        detail = f"Invalid value of the header 'Accept'. Use {_SCHEMA}."
        raise ApiError(400, "INVALID_HEADER", detail, ("o:errorHeader", "Accept"))


def _property(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"title": field.name, "nullable": not field.read_only}
    if field.read_only:
        described["readOnly"] = True
    if field.custom:
        described["x-ns-custom-field"] = True
    if field.kind == "reference":
        link = f"{RECORDS}/metadata-catalog/{field.target}"
        return {**described, "type": "object", "$ref": link}
    if field.kind == "enum":
        choices = {"enum": sorted(field.choices)} if field.choices else {}
        properties = {"id": {"type": "string", **choices}, "refName": {"type": "string"}}
        return {**described, "type": "object", "properties": properties}
    if field.kind == "sublist":
        return {**described, "type": "object", "properties": {"items": {"type": "array"}}}
    if field.kind in ("date", "date-time"):
        return {**described, "type": "string", "format": field.kind}
    return {**described, "type": field.kind}
