"""Answers what the tables of endpoints name, in JSON."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError, RequestHandler

from app.services import Services
from workers.flower.api.calls import Calls
from workers.flower.api.endpoint import Asked, Endpoint, Session
from workers.flower.api.inputs import read_body, read_path, read_query
from workers.flower.api.outcome import EXPECTED, Failed, told

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """What all handlers share. `sessions`: who asks, as the gate has found."""

    services: Services
    calls: Calls
    sessions: Mapping[HTTPServerRequest, Session]
    site: str


class JsonHandler(RequestHandler):
    """Errors are JSON, too; logs name the path alone, since queries may hold names of customers.
    Whoever comes without a token gets one as the cookie `_xsrf`: programs need no page for it.
    """

    def prepare(self) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        _ = self.xsrf_token  # sets the cookie

    def check_xsrf_cookie(self) -> None:
        """The gate has done it."""

    def fail(self, failed: Failed) -> None:
        self.set_status(failed.status)
        self.finish({"error": failed.error, "message": failed.message})

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        status = HTTPStatus(status_code)
        self.fail(Failed(status, status.phrase.title().replace(" ", ""), f"{status.phrase}."))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, HTTPError):
            given = (typ, value, tb)
            log.error("A bug in %s %s", self.request.method, self.request.path, exc_info=given)


class NothingHere(JsonHandler):
    """Every other address below the API's."""

    def prepare(self) -> None:
        super().prepare()
        self.fail(Failed(HTTPStatus.NOT_FOUND, "NotFound", "There is nothing at this address."))


class EndpointHandler(JsonHandler):
    """The endpoints of one path, by their methods."""

    def initialize(self, endpoints: Mapping[str, Endpoint], desk: Desk) -> None:
        self._endpoints, self._desk = endpoints, desk

    async def get(self, **path: str) -> None:
        await self._answer("GET", path)

    head = get

    async def post(self, **path: str) -> None:
        await self._answer("POST", path)

    async def put(self, **path: str) -> None:
        await self._answer("PUT", path)

    async def delete(self, **path: str) -> None:
        await self._answer("DELETE", path)

    async def patch(self, **path: str) -> None:
        await self._answer("PATCH", path)

    def options(self, **path: str) -> None:
        self.set_header("Allow", self._allowed)
        self.set_status(HTTPStatus.NO_CONTENT)

    @property
    def _allowed(self) -> str:
        head = ["HEAD"] if "GET" in self._endpoints else []
        return ", ".join([*self._endpoints, *head, "OPTIONS"])

    async def _answer(self, method: str, path: Mapping[str, str]) -> None:
        endpoint = self._endpoints.get(method)
        try:
            if endpoint is None:
                words = f"This address takes {self._allowed}."
                self.set_header("Allow", self._allowed)
                raise Failed(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", words)
            asked = self._asked(endpoint, path)
            answer = await self._desk.calls.run(endpoint, partial(_answered, endpoint, asked))
        except Failed as failed:
            self.fail(failed)
        except EXPECTED as error:
            self.fail(told(error))
        else:
            self.finish(answer)

    def _asked(self, endpoint: Endpoint, path: Mapping[str, str]) -> Asked[Any, Any]:
        session = self._desk.sessions[self.request]
        if endpoint.for_admins and not session.can_act:
            raise Failed(HTTPStatus.FORBIDDEN, "NotAllowed", "Only admins may do this.")
        content_type = self.request.headers.get("Content-Type", "")
        return Asked(
            services=self._desk.services,
            session=session,
            path=read_path(path),
            query=read_query(endpoint, self.request.query_arguments),
            body=read_body(endpoint, content_type, self.request.body),
            site=self._desk.site,
        )


def _answered(endpoint: Endpoint, asked: Asked[Any, Any]) -> bytes:
    """As JSON: a long answer is not written on the loop either."""
    return endpoint.call(asked).model_dump_json().encode()
