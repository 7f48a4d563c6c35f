"""The ASGI layer in front of a cloud: names each call, logs it, applies faults, drops."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulators.admin import create_admin
from simulators.cloud import Cloud
from simulators.faults import Fault
from simulators.requests import search_text, without_secrets

Address = tuple[str, int]
_FORM = b"application/x-www-form-urlencoded"


class Gateway:
    """Serves ``/_simulator/`` itself and passes every other call to the cloud.

    ``connections`` is filled by the server (``serve.DroppableProtocol``) with each open
    connection's transport, by the peer's address: closing it is the only way to end a call without
    an answer, for which ASGI has no message.
    """

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.connections: dict[Address, asyncio.Transport] = {}
        self._admin: ASGIApp = create_admin(cloud)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"].startswith("/_simulator"):
            await self._admin(scope, receive, send)
            return
        body = await _read_body(receive)
        exchange = _Exchange(scope, body, receive, send)
        at, start = time.time(), time.perf_counter()
        call = self.cloud.call_name(scope["method"], scope["path"])
        query, text = _logged_texts(scope, body)
        try:
            hits = self.cloud.faults.hit(call, search_text(scope["path"], query, text))
            await self._carry_out(exchange, hits)
        finally:
            self.cloud.requests.add(
                call=call,
                method=scope["method"],
                path=scope["path"],
                query=query,
                body=text,
                status=exchange.status,
                at=at,
                seconds=time.perf_counter() - start,
            )

    async def _carry_out(self, exchange: "_Exchange", hits: list[Fault]) -> None:
        for fault in hits:
            if fault.delay_seconds:
                await asyncio.sleep(fault.delay_seconds)
        last = hits[-1] if hits else None
        if last is None or last.only_delays:
            await exchange.run(self.cloud.app)
        elif last.drop is not None:
            if last.drop == "after":
                await exchange.run(self.cloud.app, silent=True)
            await self._close(exchange)
        elif last.answers:
            if last.carried_out:
                await exchange.run(self.cloud.app, silent=True)
            if not await exchange.answer(*self._fault_answer(last)):
                await self._close(exchange)
        else:
            await exchange.run(self.cloud.app, headers=last.headers)

    def _fault_answer(self, fault: Fault) -> tuple[int, dict[str, str], bytes]:
        status = fault.status if isinstance(fault.status, int) else None
        if fault.body is None:
            status, headers, body = self.cloud.error(status, fault.code, fault.message)
        else:
            status, headers, body = status or 200, {}, fault.body.encode()
        return status, {**headers, **fault.headers}, body

    async def _close(self, exchange: "_Exchange") -> None:
        transport = self.connections.get(tuple(exchange.scope["client"]))
        if transport is not None:
            transport.close()
        while (await exchange.receive())["type"] != "http.disconnect":
            pass


@dataclass
class _Exchange:
    """One request with its body already read, and what became of it."""

    scope: Scope
    body: bytes
    receive: Receive
    send: Send
    status: int | None = field(default=None, init=False)

    async def run(
        self, app: ASGIApp, *, silent: bool = False, headers: dict[str, str] | None = None
    ) -> None:
        """Let the cloud answer; ``silent`` carries the call out but sends nothing."""
        replayed = False

        async def replay() -> Message:
            nonlocal replayed
            if replayed:
                return await self.receive()
            replayed = True
            return {"type": "http.request", "body": self.body, "more_body": False}

        async def forward(message: Message) -> None:
            if silent:
                return
            if message["type"] == "http.response.start":
                self.status = message["status"]
                message["headers"] = [*message["headers"], *_encoded((headers or {}).items())]
            await self.send(message)

        await app(self.scope, replay, forward)

    async def answer(self, status: int, headers: dict[str, str], body: bytes) -> bool:
        """Send this and nothing else.

        False if the headers promise a longer body: the client waits for the rest.
        """
        self.status = status
        lengths = [value for name, value in headers.items() if name.lower() == "content-length"]
        if not lengths:
            headers = {**headers, "content-length": str(len(body))}
        complete = not lengths or int(lengths[0]) <= len(body)
        start = {"type": "http.response.start", "status": status}
        await self.send({**start, "headers": _encoded(headers.items())})
        await self.send({"type": "http.response.body", "body": body, "more_body": not complete})
        return complete


def _encoded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


async def _read_body(receive: Receive) -> bytes:
    chunks = []
    more = True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


def _logged_texts(scope: Scope, body: bytes) -> tuple[str, str]:
    """Query and body for the log: decoded, without secrets."""
    query = scope["query_string"].decode("latin-1")
    text = body.decode("utf-8", "replace")
    content_type = dict(scope["headers"]).get(b"content-type", b"")
    if content_type.startswith(_FORM):
        text = without_secrets(text)
    has_secret = any(f"{name}=" in query for name in ("token", "secret", "assertion"))
    return (without_secrets(query) if has_secret else unquote_plus(query)), text
