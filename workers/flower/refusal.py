"""How a request is refused: before its body is read, and in one sentence."""

import sys
from dataclasses import dataclass, field
from typing import Any

from tornado.http1connection import HTTP1Connection
from tornado.web import RequestHandler, stream_request_body

_PATIENCE = 1024 * 1024
"""Bytes of a body that are dropped before the answer, since a caller listens when all is sent."""


@dataclass(frozen=True, slots=True)
class Refused:
    """`error` names the kind, `message` is a sentence for whoever asked."""

    status: int
    error: str
    message: str
    headers: dict[str, str] = field(default_factory=dict)

    def answer_by(self, handler: RequestHandler) -> None:
        """JSON, for our pages and programs alike."""
        handler.set_status(self.status)
        for name, value in self.headers.items():
            handler.set_header(name, value)
        handler.finish({"error": self.error, "message": self.message})


@stream_request_body
class RefusalHandler(RequestHandler):
    """Answers in place of the handler that was asked for; keeps nothing of the body."""

    def initialize(self, refused: Refused) -> None:
        self._refused, self._dropped = refused, 0

    def prepare(self) -> None:
        # Tornado's own answer to a large body is 400, and would follow ours.
        if isinstance(self.request.connection, HTTP1Connection):
            self.request.connection.set_max_body_size(sys.maxsize)
        if self.request.headers.get("Expect"):
            self._answer_early()

    def data_received(self, chunk: bytes) -> None:
        self._dropped += len(chunk)
        if self._dropped > _PATIENCE and not self._finished:
            self._answer_early()

    def get(self) -> None:
        self._refused.answer_by(self)

    head = post = put = patch = delete = options = get

    def check_xsrf_cookie(self) -> None:
        """Nothing is done here that a forged request could want."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Of a method that Tornado does not know."""
        self._answer_early()

    def _answer_early(self) -> None:
        """Tornado closes the connection then, without a word of its own."""
        self.set_header("Connection", "close")
        self._refused.answer_by(self)
