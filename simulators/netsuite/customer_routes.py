"""``/services/rest/record/v1/customer``: the calls on one customer and on the collection."""

from collections.abc import Mapping

from starlette.responses import Response

from simulators.netsuite.account import Account
from simulators.netsuite.call import Call, answer, boolean, number, operation_id
from simulators.netsuite.customer import (
    WriteOptions,
    delete_customer,
    upsert_target,
    write_customer,
)
from simulators.netsuite.errors import (
    ApiError,
    invalid_content,
    invalid_parameter,
    nonexistent,
)
from simulators.netsuite.fields import SUBLISTS, customer_fields
from simulators.netsuite.names import validation_mode
from simulators.netsuite.records import Address, Customer
from simulators.netsuite.recordsearch import search
from simulators.netsuite.render import RECORDS, Renderer, collection, self_link
from simulators.netsuite.values import check_external_id

SINGULAR = "application/vnd.oracle.resource+json; type=singular"
COLLECTION = "application/vnd.oracle.resource+json; type=collection"
_MAX_PAGE = 1000


def post(account: Account, call: Call) -> Response:
    """Create."""
    options = _write_options(account, call)
    customer, dropped = write_customer(account.store, None, call.json_object(), options)
    return _written(call, customer, dropped)


def patch(account: Account, call: Call) -> Response:
    """Change the named properties of a customer."""
    options = _write_options(account, call)
    current = account.store.find(call.key)
    customer, dropped = write_customer(account.store, current, call.json_object(), options)
    return _written(call, customer, dropped, location=account.settings["location_on_update"])


def put(account: Account, call: Call) -> Response:
    """Create or change by external id; an internal id cannot be PUT (section_156335203191)."""
    if not call.key.startswith("eid:"):
        detail = "PUT is supported with an external ID only. Use eid:<external ID> in the URL."
        raise ApiError(400, "INVALID_ID", detail, ("o:urlPath", call.key))
    external_id = call.key[4:]
    check_external_id(external_id)
    options = _write_options(account, call, external_id)
    current = upsert_target(account.store, external_id)
    customer, dropped = write_customer(account.store, current, call.json_object(), options)
    told = current is None or account.settings["location_on_update"]
    return _written(call, customer, dropped, location=told)


def get(account: Account, call: Call) -> Response:
    """The record in edit mode."""
    given = call.asked("expandSubResources", "fields", "simpleEnumFormat", "expand")
    customer = account.store.find(call.key)
    only = None
    if "fields" in given:
        only = frozenset(name.strip() for name in given["fields"].split(","))
        unknown = only - set(customer_fields(account.settings))
        if unknown:
            detail = f"Invalid value of the query parameter 'fields': {min(unknown)}."
            raise invalid_parameter("fields", detail)
    renderer = Renderer(account.store, call.base, simple_enums=boolean(given, "simpleEnumFormat"))
    body = renderer.customer(customer, expand=boolean(given, "expandSubResources"), only=only)
    return answer(body, SINGULAR)


def delete(account: Account, call: Call) -> Response:
    """Delete a customer on which nothing depends."""
    call.asked()
    delete_customer(account.store, account.store.find(call.key))
    return Response(status_code=204, headers={"x-n-operationid": operation_id()})


def find(account: Account, call: Call) -> Response:
    """``GET /customer?q=``: links and ids only."""
    given = call.asked("q", "limit", "offset")
    limit = number(given, "limit", _MAX_PAGE, 1, _MAX_PAGE)
    offset = number(given, "offset", 0, 0, 10**9)
    if offset % limit:
        raise invalid_parameter("offset", "The offset must be a multiple of the limit.")
    found = search(account.store, given.get("q"))
    root = f"{call.base}{RECORDS}/customer"
    page = found[offset : offset + limit]
    body = collection([{"links": self_link(f"{root}/{n}"), "id": str(n)} for n in page], root)
    body["totalResults"] = len(found)
    body["offset"] = offset
    body["hasMore"] = offset + limit < len(found)
    return answer(body, COLLECTION)


def get_sublist(account: Account, call: Call) -> Response:
    """A sublist as a collection of links."""
    name = call.request.path_params["sublist"]
    if name not in SUBLISTS or name not in customer_fields(account.settings):
        raise nonexistent()
    call.asked()
    customer = account.store.find(call.key)
    return answer(Renderer(account.store, call.base).sublist(customer, name), COLLECTION)


def get_line(account: Account, call: Call) -> Response:
    """A line of the address book."""
    customer, line = _line(account, call)
    return answer(Renderer(account.store, call.base).line(customer, line), SINGULAR)


def get_address(account: Account, call: Call) -> Response:
    """The address of a line."""
    customer, line = _line(account, call)
    return answer(Renderer(account.store, call.base).address(customer, line), SINGULAR)


def _line(account: Account, call: Call) -> tuple[Customer, Address]:
    call.asked("simpleEnumFormat")
    customer = account.store.find(call.key)
    wanted = call.request.path_params["line"]
    for line in customer.addresses:
        if str(line.id) == wanted:
            return customer, line
    raise nonexistent()


def _write_options(account: Account, call: Call, external_id: str | None = None) -> WriteOptions:
    headers: Mapping[str, str] = call.request.headers
    _refuse_async(headers)
    given = call.asked("replace", "replaceSelectedFields")
    replaced = frozenset(n.strip() for n in given.get("replace", "").split(",") if n.strip())
    unknown = replaced - set(customer_fields(account.settings))
    if unknown:
        detail = f"Invalid value of the query parameter 'replace': {min(unknown)}."
        raise invalid_parameter("replace", detail)
    return WriteOptions(
        names=validation_mode(headers),
        replace=replaced,
        replace_selected=boolean(given, "replaceSelectedFields"),
        external_id=external_id,
    )


def _refuse_async(headers: Mapping[str, str]) -> None:
    """Batches and asynchronous calls need both their headers; this account does not run them."""
    if "respond-async" in headers.get("prefer", ""):
        raise ApiError(
            400,
            "INVALID_HEADER",
            "Asynchronous execution is not available in this account.",
            ("o:errorHeader", "Prefer"),
        )
    if "type=collection" in headers.get("content-type", ""):
        raise invalid_content("A collection needs the header 'Prefer: respond-async'.")


def _written(
    call: Call, customer: Customer, dropped: list[str], *, location: bool = True
) -> Response:
    headers = {"x-n-operationid": operation_id(), "x-netsuite-jobid": operation_id()}
    if location:
        headers["location"] = f"{call.base}{RECORDS}/customer/{customer.id}"
    if dropped and validation_mode(call.request.headers) == "warning":
        listed = ",".join(f"Invalid property name: {name}" for name in dropped)
        headers["x-netsuite-propertyvalidation"] = listed.encode("ascii", "replace").decode()[:2000]
    return Response(status_code=204, headers=headers)
