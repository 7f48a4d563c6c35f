"""One governed API call: who sends it, whether there is room, what it says, how errors answer."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from simulators.netsuite.account import Account
from simulators.netsuite.errors import (
    MEDIA_TYPE,
    ApiError,
    invalid_content,
    invalid_parameter,
    standard_error,
)
from simulators.netsuite.tba import Signed

_JSON_TYPES = ("application/json", "application/vnd.oracle.resource+json")


@dataclass(frozen=True)
class Call:
    """A request whose body is read. ``base`` is the scheme and host the client called."""

    request: Request
    body: bytes
    base: str

    @property
    def key(self) -> str:
        """The record's ``{id}`` in the path."""
        return str(self.request.path_params["id"])

    def asked(self, *known: str) -> dict[str, str]:
        """The query parameters.

        Raises:
            ApiError: INVALID_PARAMETER for one that is not known here.
        """
        given = dict(self.request.query_params)
        for name in given:
            if name not in known:
                detail = f"Invalid query parameter name '{name}'. Provide a valid name."
                raise invalid_parameter(name, detail)
        return given

    def json_object(self, accepted: Collection[str] = _JSON_TYPES) -> dict[str, Any]:
        """The JSON object in the body.

        Raises:
            ApiError: INVALID_HEADER for another content type, INVALID_CONTENT for no object.
        """
        kind = self.request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind not in accepted:
            detail = "Invalid value of the header 'Content-Type'. Provide a JSON media type."
            raise ApiError(415, "INVALID_HEADER", detail, ("o:errorHeader", "Content-Type"))
        try:
            body = json.loads(self.body, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise invalid_content(f"Invalid content in the request body: {error}.") from error
        if not isinstance(body, dict):
            raise invalid_content("Invalid content in the request body: a JSON object is needed.")
        return body


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


Handler = Callable[[Account, Call], Response]


def boolean(given: dict[str, str], name: str) -> bool:
    """A true/false query parameter, false if absent."""
    value = given.get(name, "false").lower()
    if value not in ("true", "false"):
        raise invalid_parameter(name, f"Invalid value of the query parameter '{name}'.")
    return value == "true"


def number(given: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole-number query parameter within limits."""
    text = given.get(name, str(default))
    if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
        detail = f"Invalid value of the query parameter '{name}'. Use {least} to {most}."
        raise invalid_parameter(name, detail)
    return int(text)


def answer(
    body: dict[str, Any], media_type: str = "application/vnd.oracle.resource+json"
) -> Response:
    """200 with a JSON body."""
    content = json.dumps(body).encode()
    return Response(
        content, headers={"content-type": media_type, "x-n-operationid": operation_id()}
    )


def operation_id() -> str:
    """The id that NetSuite gives each call."""
    return str(uuid4())


def refusal(error: ApiError) -> Response:
    """The answer to a refused call."""
    headers = {"content-type": MEDIA_TYPE, "x-n-operationid": operation_id()}
    return Response(error.body, status_code=error.status, headers=headers)


def _admit(account: Account, request: Request) -> None:
    """
    Raises:
        ApiError: INVALID_LOGIN for a bearer token, INVALID_LOGIN_ATTEMPT for a signature.
    """
    authorization = request.headers.get("authorization", "")
    if not authorization.lower().startswith("oauth "):
        if not account.oauth.accepts(authorization):
            raise standard_error("INVALID_LOGIN")
        return
    signed = Signed(
        method=request.method,
        scheme=request.url.scheme,
        host=request.headers.get("host", ""),
        path=request.scope["raw_path"].decode("latin-1"),
        query=request.scope["query_string"].decode("latin-1"),
        authorization=authorization,
    )
    if not account.token_based.accepts(signed):
        raise standard_error("INVALID_LOGIN_ATTEMPT")


def governed(account: Account, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that needs a login and a place among the concurrent requests.

    The handler runs under the store's lock, so that every call is whole.
    """

    async def handle(request: Request) -> Response:
        try:
            _admit(account, request)
            with account.gate.place():
                latency = account.settings["latency_seconds"]
                if latency:
                    await asyncio.sleep(latency)
                base = f"{request.url.scheme}://{request.url.netloc}"
                call = Call(request, await request.body(), base)
                with account.store.lock:
                    return handler(account, call)
        except ApiError as error:
            return refusal(error)

    return handle
