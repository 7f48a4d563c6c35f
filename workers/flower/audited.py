"""Flower's own actions (shut down, revoke, rate limit, …) are audited before they are done."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from redis.exceptions import RedisError
from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)

from app.audit import Audit
from app.terms import By
from app.texts import plain
from workers.flower.refusal import Refused

_LONGEST = 500
"""Characters of a path."""
_REFUSED = Refused(
    503,
    "RedisUnavailable",
    "Redis does not answer, so that nobody could be told who did this: it was not done.",
)


class Trail:
    """Writes on a thread of its own, so that Flower's loop never waits."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._pool = ThreadPoolExecutor(1, "audit")

    async def tell(self, request: HTTPServerRequest, user: str) -> None:
        """The entry has the method and the path alone: bodies and queries may hold anything.

        Raises:
            redis.exceptions.RedisError: Redis does not answer.
        """
        did = f"{request.method} {plain(request.path)[:_LONGEST]}"
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._pool, self._audit.tell, "flower", By(user), did)

    def close(self) -> None:
        """What has not begun is never written, nor done."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class AuditedDelegate(HTTPMessageDelegate):
    """Lets a request through to its handler once its entry is written. Tornado reads no body until
    then.
    """

    def __init__(
        self,
        tell: Callable[[], Awaitable[None]],
        found: HTTPMessageDelegate,
        refusing: Callable[[Refused], HTTPMessageDelegate],
    ) -> None:
        self._tell, self._delegate, self._refusing = tell, found, refusing

    async def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> None:
        try:
            await self._tell()
        except RedisError:
            self._delegate = self._refusing(_REFUSED)
        ready = self._delegate.headers_received(start_line, headers)
        if ready is not None:
            await ready

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return self._delegate.data_received(chunk)

    def finish(self) -> None:
        self._delegate.finish()

    def on_connection_close(self) -> None:
        self._delegate.on_connection_close()
