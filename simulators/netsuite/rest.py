"""The NetSuite account as a Starlette application, and how the simulators' core runs it."""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.cloud import Cloud
from simulators.credentials import Credentials
from simulators.netsuite import (
    customer_routes,
    metadata,
    query_routes,
    relationship_routes,
)
from simulators.netsuite.account import Account
from simulators.netsuite.call import Handler, governed, refusal
from simulators.netsuite.customer_page import PATH as CUSTOMER_PAGE
from simulators.netsuite.customer_page import customer_page
from simulators.netsuite.errors import MEDIA_TYPE, ApiError, scripted, standard_error, token_error
from simulators.netsuite.oauth import GRANT_PATH, TokenRefused
from simulators.netsuite.plant import admin_routes
from simulators.netsuite.render import RECORDS

_CUSTOMER = f"{RECORDS}/customer"
_RELATIONSHIP = f"{RECORDS}/customerSubsidiaryRelationship"
_GOVERNANCE = "/services/rest/system/v1/governanceLimits"
_FORM = "application/x-www-form-urlencoded"
_RECORD_CALL = re.compile(
    rf"{RECORDS}/(?P<record>customer|customerSubsidiaryRelationship)(?P<id>/[^/]+)?(?P<more>/.*)?"
)


def create_cloud(credentials: Credentials) -> Cloud:
    """The simulated account, empty."""
    account = Account(credentials)
    return Cloud(
        name="netsuite",
        app=create_app(account),
        call_name=call_name,
        error=scripted,
        settings=account.settings,
        clear=account.clear,
        admin_routes=admin_routes(account),
    )


def create_app(account: Account) -> Starlette:
    """The API alone."""
    calls: list[tuple[str, str, Handler]] = [
        ("POST", _CUSTOMER, customer_routes.post),
        ("GET", _CUSTOMER, customer_routes.find),
        ("GET", f"{_CUSTOMER}/{{id}}", customer_routes.get),
        ("PATCH", f"{_CUSTOMER}/{{id}}", customer_routes.patch),
        ("PUT", f"{_CUSTOMER}/{{id}}", customer_routes.put),
        ("DELETE", f"{_CUSTOMER}/{{id}}", customer_routes.delete),
        ("GET", f"{_CUSTOMER}/{{id}}/{{sublist}}", customer_routes.get_sublist),
        ("GET", f"{_CUSTOMER}/{{id}}/addressBook/{{line}}", customer_routes.get_line),
        (
            "GET",
            f"{_CUSTOMER}/{{id}}/addressBook/{{line}}/addressBookAddress",
            customer_routes.get_address,
        ),
        ("POST", _RELATIONSHIP, relationship_routes.post),
        ("GET", f"{_RELATIONSHIP}/{{id}}", relationship_routes.get),
        ("PATCH", f"{_RELATIONSHIP}/{{id}}", relationship_routes.patch),
        ("DELETE", f"{_RELATIONSHIP}/{{id}}", relationship_routes.delete),
        ("GET", f"{RECORDS}/metadata-catalog/customer", metadata.get),
        (
            "GET",
            f"{RECORDS}/metadata-catalog/customersubsidiaryrelationship",
            metadata.get_relationship,
        ),
        ("GET", _GOVERNANCE, metadata.governance),
        ("POST", query_routes.PATH, query_routes.post),
    ]
    routes = [Route(p, governed(account, handler), methods=[verb]) for verb, p, handler in calls]
    routes.append(Route(GRANT_PATH, _token_endpoint(account), methods=["POST"]))
    routes.append(Route(CUSTOMER_PAGE, customer_page(account)))
    return Starlette(routes=routes, exception_handlers={HTTPException: _unrouted})


def call_name(method: str, path: str) -> str:
    """``customer.put``, ``customer.query``, ``suiteql``, ``token``, ``page``; else ``unknown``."""
    if path == query_routes.PATH:
        return "suiteql"
    if path == GRANT_PATH:
        return "token"
    if path.startswith(f"{RECORDS}/metadata-catalog"):
        return "metadata"
    if path == CUSTOMER_PAGE:
        return "page"
    if path == _GOVERNANCE:
        return "governance"
    match = _RECORD_CALL.fullmatch(path)
    if match is None:
        return "unknown"
    if match["more"]:
        return f"{match['record']}.sublist"
    if method == "GET" and not match["id"]:
        return f"{match['record']}.query"
    return f"{match['record']}.{method.lower()}"


def _token_endpoint(account: Account) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        body = (await request.body()).decode("utf-8", "replace")
        kind = request.headers.get("content-type", "").split(";")[0].strip()
        form = dict(parse_qsl(body)) if kind == _FORM else {}
        base = f"{request.url.scheme}://{request.url.netloc}"
        try:
            return JSONResponse(account.oauth.grant(form, base))
        except TokenRefused as error:
            content = token_error(error.error, str(error))
            return Response(content, status_code=400, media_type="application/json")

    return handle


async def _unrouted(request: Request, error: Exception) -> Response:
    """404 and 405 in NetSuite's form."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 405:
        answer = refusal(standard_error("METHOD_NOT_ALLOWED", 405))
        answer.headers.update(error.headers or {})
        return answer
    place = ("o:urlPath", request.url.path)
    detail = "The resource does not exist. Provide a valid URL."
    content = ApiError(404, "NOT_FOUND", detail, place).body
    return Response(content, status_code=404, headers={"content-type": MEDIA_TYPE})
