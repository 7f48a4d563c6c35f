"""What every REST call goes through: version, session, daily limit, lock, error bodies."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulators.salesforce.errors import ApiError
from simulators.salesforce.org import Org
from simulators.salesforce.transaction import Transaction

VERSIONS = range(50, 67)
LONGEST_URI = 16_384
_CLIENT = re.compile(r"(?:^|[,;\s])client=([^,;\s]+)")
_JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True)
class ApiCall:
    """One authenticated call; ``version`` as in the path, ``"60.0"``."""

    org: Org
    request: Request
    version: str
    body: bytes

    def path(self, name: str) -> str:
        """A parameter of the path."""
        value: str = self.request.path_params[name]
        return value

    def json(self) -> Any:
        """The body.

        Raises:
            ApiError: JSON_PARSER_ERROR.
        """
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise ApiError("JSON_PARSER_ERROR", f"Unexpected character: {error}") from None

    def json_object(self) -> dict[str, Any]:
        """The body, which must be an object.

        Raises:
            ApiError: JSON_PARSER_ERROR.
        """
        data = self.json()
        if not isinstance(data, dict):
            raise ApiError("JSON_PARSER_ERROR", "The HTTP entity body must be a JSON object")
        return data

    def transaction(self) -> Transaction:
        """A transaction whose events carry the client that the caller names."""
        options = self.request.headers.get("sforce-call-options", "")
        client = _CLIENT.search(options)
        origin = f"com/salesforce/api/rest/{self.version}"
        return Transaction(self.org, f"{origin};client={client[1]}" if client else origin)


Handler = Callable[[ApiCall], Response]


def answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(json.dumps(data), status, headers, media_type=_JSON)


def authenticate(org: Org, request: Request) -> None:
    """Check the session.

    Raises:
        ApiError: INVALID_AUTH_HEADER or INVALID_SESSION_ID.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() not in ("bearer", "oauth") or not token:
        raise ApiError("INVALID_AUTH_HEADER")
    if org.sessions.find(token.strip()) is None:
        raise ApiError("INVALID_SESSION_ID")


def endpoint(org: Org, handler: Handler) -> Callable[[Request], Any]:
    """A Starlette endpoint for a handler; the handler runs under the org's lock."""

    async def handle(request: Request) -> Response:
        body = await request.body()
        try:
            version = _version(request)
            authenticate(org, request)
            with org.lock:
                _spend(org)
                response = handler(ApiCall(org, request, version, body))
        except ApiError as error:
            response = Response(error.body(), error.status, media_type=_JSON)
        limit = org.settings["daily_limit"]
        response.headers["Sforce-Limit-Info"] = f"api-usage={org.api_calls}/{limit}"
        return response

    return handle


def _version(request: Request) -> str:
    uri = len(request.url.path) + len(request.url.query)
    if uri > LONGEST_URI:
        raise ApiError("URI_TOO_LONG", "URI Too Long")
    major, _, minor = str(request.path_params["version"]).partition(".")
    if not major.isdecimal() or int(major) not in VERSIONS or minor != "0":
        raise ApiError("NOT_FOUND")
    return f"{major}.0"


def _spend(org: Org) -> None:
    if org.api_calls >= org.settings["daily_limit"]:
        raise ApiError("REQUEST_LIMIT_EXCEEDED")
    org.api_calls += 1
