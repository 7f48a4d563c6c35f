"""The account's part of the admin plane: records made by hand, as finance would, and readings."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.admin import json_body, refusing
from simulators.netsuite.account import Account
from simulators.netsuite.customer import WriteOptions, write_customer
from simulators.netsuite.errors import ApiError
from simulators.netsuite.fields import customer_fields
from simulators.netsuite.records import Customer, OtherEntity, Relationship
from simulators.netsuite.reference import Reference
from simulators.netsuite.render import Renderer

_BY_HAND = WriteOptions(names="error", by_hand=True)
_STATUS_OF_STAGE = {"LEAD": 6, "PROSPECT": 8, "CUSTOMER": 13}
_ENTITY_TYPES = [
    "contact",
    "employee",
    "entityGroup",
    "job",
    "otherName",
    "partner",
    "projectTemplate",
    "vendor",
]

Reply = Callable[[Account, Request, Any], Response]


def admin_routes(account: Account) -> list[Route]:
    """Routes under ``/_simulator``."""
    replies: list[tuple[str, str, Reply]] = [
        ("GET", "/customers", _list),
        ("POST", "/customers", _plant),
        ("PATCH", "/customers/{id:int}", _edit),
        ("DELETE", "/customers/{id:int}", _remove),
        ("POST", "/customers/{id:int}/transactions", _post_transactions),
        ("POST", "/customers/{id:int}/merge", _merge),
        ("POST", "/entities", _plant_entity),
        ("POST", "/references", _plant_reference),
        ("POST", "/sessions/expire", _expire),
        ("GET", "/concurrency", _show_concurrency),
        ("DELETE", "/concurrency", _clear_concurrency),
    ]
    return [
        Route(path, refusing(_endpoint(account, reply)), methods=[verb])
        for verb, path, reply in replies
    ]


def _endpoint(account: Account, reply: Reply) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        body = await json_body(request) if await request.body() else {}
        if not isinstance(body, dict):
            raise ValueError("the body must be a JSON object")
        try:
            with account.store.lock:
                return reply(account, request, body)
        except ApiError as error:
            raise ValueError(error.detail) from error

    return handle


def _list(account: Account, request: Request, _: Any) -> Response:
    """All customers as whole records; filters ``external_id`` and ``name`` (exact)."""
    asked = request.query_params
    renderer = Renderer(account.store, str(request.base_url).rstrip("/"))
    found = []
    for customer in account.store.customers.values():
        if asked.get("external_id") not in (None, customer.external_id):
            continue
        if asked.get("name") not in (None, customer.name):
            continue
        found.append(_whole(account, renderer, customer))
    return JSONResponse({"count": len(found), "customers": found})


def _whole(account: Account, renderer: Renderer, customer: Customer) -> dict[str, Any]:
    return {
        **renderer.customer(customer, expand=True),
        "subsidiaries": sorted(account.store.subsidiaries(customer.id)),
        "transactions": len(customer.transactions),
    }


def _plant(account: Account, request: Request, body: dict[str, Any]) -> Response:
    """Create from REST field names; references may be plain ids; the subsidiary defaults to 1."""
    if account.settings["one_world"]:
        body = {"subsidiary": 1, **body}
    return _write(account, None, body, status=201)


def _edit(account: Account, request: Request, body: dict[str, Any]) -> Response:
    return _write(account, _customer(account, request), body, status=200)


def _write(
    account: Account, current: Customer | None, body: dict[str, Any], *, status: int
) -> Response:
    stage = body.pop("searchStage", None)
    if stage not in (None, *_STATUS_OF_STAGE):
        raise ValueError(f"searchStage must be one of {', '.join(_STATUS_OF_STAGE)}")
    if stage is not None:
        body = {"entityStatus": _STATUS_OF_STAGE[stage], **body}
    further = body.pop("subsidiaries", [])
    fields = customer_fields(account.settings)
    for name, value in body.items():
        if name in fields and fields[name].kind == "reference" and isinstance(value, int | str):
            body[name] = {"id": str(value)}
    customer, _ = write_customer(account.store, current, body, _BY_HAND)
    for subsidiary in further:
        if account.store.tables.find("subsidiary", subsidiary) is None:
            raise ValueError(f"there is no subsidiary {subsidiary}")
        if account.store.relationship(customer.id, subsidiary) is None:
            number = account.store.next_id()
            account.store.put_relationship(Relationship(number, customer.id, subsidiary))
    answer = {"id": str(customer.id), "externalId": customer.external_id}
    return JSONResponse(answer, status_code=status)


def _remove(account: Account, request: Request, _: Any) -> Response:
    """Delete, whatever depends on it; children lose their parent."""
    customer = _customer(account, request)
    for number in sorted(account.store.children(customer.id)):
        child = account.store.customers[number]
        account.store.remove_parent(child)
    account.store.remove_customer(customer)
    return Response(status_code=204)


def _post_transactions(account: Account, request: Request, body: dict[str, Any]) -> Response:
    """``{"count": 1, "currency": id}``; the currency defaults to the customer's own."""
    customer = _customer(account, request)
    number, currency = body.get("count", 1), body.get("currency")
    if type(number) is not int or number < 1:
        raise ValueError("count must be a positive integer")
    chosen = int(currency) if currency is not None else customer.reference("currency") or 1
    if account.settings["multi_currency"] and chosen not in customer.currencies:
        raise ValueError("the customer does not have this currency")
    customer.transactions += [chosen] * number
    return JSONResponse({"transactions": len(customer.transactions)})


def _merge(account: Account, request: Request, body: dict[str, Any]) -> Response:
    """``{"into": id}``: its transactions move, the record and its external id are gone."""
    customer = _customer(account, request)
    into = account.store.customers.get(body.get("into", 0))
    if into is None or into is customer:
        raise ValueError("into must be the id of another customer")
    into.transactions += customer.transactions
    into.currencies = list(dict.fromkeys([*into.currencies, *customer.currencies]))
    return _remove(account, request, body)


def _plant_entity(account: Account, request: Request, body: dict[str, Any]) -> Response:
    """``{"type": "vendor", "externalId": …, "entityId": …}``."""
    if body.get("type") not in _ENTITY_TYPES:
        raise ValueError(f"type must be one of {', '.join(_ENTITY_TYPES)}")
    number = account.store.next_id()
    other = OtherEntity(number, body["type"], body.get("externalId"), body.get("entityId"))
    account.store.put_other(other)
    return JSONResponse({"id": str(number)}, status_code=201)


def _plant_reference(account: Account, request: Request, body: dict[str, Any]) -> Response:
    """``{"table": "term", "id": 9, "name": …}`` and what else the record has."""
    table = body.pop("table", None)
    known = set(account.store.tables.rows)
    if table not in known:
        raise ValueError(f"table must be one of {', '.join(sorted(known))}")
    try:
        row = Reference(**body)
    except TypeError as error:
        raise ValueError(str(error)) from error
    account.store.add_reference(table, row)
    return JSONResponse({"id": str(row.id)}, status_code=201)


def _expire(account: Account, request: Request, _: Any) -> Response:
    return JSONResponse({"expired": account.oauth.expire_all()})


def _show_concurrency(account: Account, request: Request, _: Any) -> Response:
    return JSONResponse(account.gate.report())


def _clear_concurrency(account: Account, request: Request, _: Any) -> Response:
    account.gate.clear()
    return Response(status_code=204)


def _customer(account: Account, request: Request) -> Customer:
    customer = account.store.customers.get(request.path_params["id"])
    if customer is None:
        raise ValueError(f"there is no customer {request.path_params['id']}")
    return customer
