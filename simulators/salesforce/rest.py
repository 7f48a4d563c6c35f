"""Salesforce's REST API as one cloud of the simulators."""

import re
from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.cloud import Cloud
from simulators.credentials import Credentials
from simulators.faults import FaultTable
from simulators.requests import RequestLog
from simulators.salesforce import collection_routes, query_routes, sobject_routes
from simulators.salesforce.account_page import PATH as ACCOUNT_PAGE
from simulators.salesforce.account_page import account_page
from simulators.salesforce.admin import admin_routes
from simulators.salesforce.api import VERSIONS, Handler, answer, authenticate, endpoint
from simulators.salesforce.errors import ApiError, error_answer
from simulators.salesforce.oauth import TokenEndpoint
from simulators.salesforce.org import Org
from simulators.salesforce.pubsub import PubSub

_BASE = "/services/data/v{version}"
_ROUTES: Sequence[tuple[str, str, str, Handler]] = (
    # name of the call, method, path below the version, handler
    ("limits", "GET", "/limits", query_routes.limits),
    ("query", "GET", "/query", query_routes.query),
    ("query", "GET", "/query/", query_routes.query),
    ("queryAll", "GET", "/queryAll", query_routes.query_all),
    ("queryAll", "GET", "/queryAll/", query_routes.query_all),
    ("query.next", "GET", "/query/{locator}", query_routes.next_page),
    ("query.next", "GET", "/queryAll/{locator}", query_routes.next_page),
    ("collections.create", "POST", "/composite/sobjects", collection_routes.create_many),
    ("collections.update", "PATCH", "/composite/sobjects", collection_routes.update_many),
    ("collections.delete", "DELETE", "/composite/sobjects", collection_routes.delete_many),
    ("collections.retrieve", "POST", "/composite/sobjects/{type}", collection_routes.retrieve),
    ("sobjects", "GET", "/sobjects", sobject_routes.list_sobjects),
    ("sobjects", "GET", "/sobjects/", sobject_routes.list_sobjects),
    ("sobject.describe", "GET", "/sobjects/{type}/describe", sobject_routes.describe_sobject),
    ("sobject.info", "GET", "/sobjects/{type}", sobject_routes.show_sobject),
    ("sobject.post", "POST", "/sobjects/{type}", sobject_routes.create_record),
    ("sobject.get", "GET", "/sobjects/{type}/{id}", sobject_routes.get_record),
    ("sobject.patch", "PATCH", "/sobjects/{type}/{id}", sobject_routes.update_record),
    ("sobject.delete", "DELETE", "/sobjects/{type}/{id}", sobject_routes.delete_record),
    ("sobject.upsert", "PATCH", "/sobjects/{type}/{field}/{value}", sobject_routes.upsert_record),
)
_NAMED = [
    (
        name,
        method,
        re.compile(re.sub(r"\{\w+\}", "[^/]+", _BASE.replace(".", r"\.") + path)),
    )
    for name, method, path, _ in _ROUTES
]


def create_cloud(credentials: Credentials) -> Cloud:
    """A fresh org with its REST API, its event bus and its admin routes."""
    org = Org(credentials.salesforce_username)
    faults, requests = FaultTable(), RequestLog()
    pubsub = PubSub(org, faults, requests)
    return Cloud(
        name="salesforce",
        app=_create_app(org, credentials),
        call_name=call_name,
        error=error_answer,
        settings=org.settings,
        clear=org.clear,
        admin_routes=admin_routes(org, pubsub),
        rpc_handlers=pubsub.handlers(),
        shutdown=pubsub.shutdown,
        faults=faults,
        requests=requests,
    )


def call_name(method: str, path: str) -> str:
    """The name of a call, as faults and the log use it; ``"unknown"`` if there is none."""
    if path == "/services/oauth2/token":
        return "token"
    if path.rstrip("/") == "/services/data":
        return "versions"
    if path.startswith("/lightning/"):
        return "page"
    for name, expected, pattern in _NAMED:
        if method == expected and pattern.fullmatch(path):
            return name
    return "unknown"


def _create_app(org: Org, credentials: Credentials) -> Starlette:
    async def versions(request: Request) -> Response:
        return answer(
            [
                {"label": f"Version {n}", "url": f"/services/data/v{n}.0", "version": f"{n}.0"}
                for n in VERSIONS
            ]
        )

    async def identity(request: Request) -> Response:
        try:
            authenticate(org, request)
        except ApiError as error:
            return _refusal(error.status, error)
        return answer({"user_id": org.user_id, "organization_id": org.id, "username": org.username})

    return Starlette(
        routes=[
            Route(
                "/services/oauth2/token", TokenEndpoint(org, credentials).issue, methods=["POST"]
            ),
            Route("/services/data", versions),
            Route("/services/data/", versions),
            Route("/id/{org}/{user}", identity),
            Route(ACCOUNT_PAGE, account_page(org)),
            *(
                Route(_BASE + path, endpoint(org, handler), methods=[method])
                for _, method, path, handler in _ROUTES
            ),
        ],
        exception_handlers={HTTPException: _unrouted},
    )


async def _unrouted(request: Request, error: Any) -> Response:
    code = "METHOD_NOT_ALLOWED" if error.status_code == 405 else "NOT_FOUND"
    message = f"HTTP Method '{request.method}' not allowed." if error.status_code == 405 else None
    return _refusal(error.status_code, ApiError(code, message))


def _refusal(status: int, error: ApiError) -> Response:
    return Response(error.body(), status, media_type="application/json;charset=UTF-8")
