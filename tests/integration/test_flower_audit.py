"""Flower's own actions leave an entry in the audit trail, as ours do."""

import asyncio
from collections.abc import Awaitable

import httpx
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisGone
from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)

from app.audit import Audit
from tests.integration.pages import ADMIN, API, FlowerServer
from workers.flower.audited import AuditedDelegate
from workers.flower.refusal import Refused


class Handler(HTTPMessageDelegate):
    """Notes what Tornado tells it."""

    def __init__(self, name: str, told: list[str]) -> None:
        self._name, self._told = name, told

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        self._told.append(f"{self._name}: headers")
        return None

    def finish(self) -> None:
        self._told.append(f"{self._name}: finish")


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("POST", "/api/worker/shutdown/celery@nowhere", ""),
        ("POST", "/api/worker/pool/grow/celery@nowhere", "?n=1"),
        ("POST", "/api/task/revoke/some-task", "?terminate=true"),
        ("PATCH", "/tasks", ""),
    ],
)
def test_an_action_of_flower_is_audited_with_who_and_where_and_not_its_body(
    method: str, path: str, query: str, flower_server: FlowerServer, redis: Redis
) -> None:
    flower_server.admin.request(method, path + query, data={"workername": "Acme"})

    [entry] = Audit(redis).entries(what="flower").entries
    assert (entry.who, entry.account, entry.after) == (ADMIN[0], "", f"{method} {path}")
    assert "Acme" not in str(entry)


def test_what_only_reads_or_is_refused_leaves_no_entry(
    flower_server: FlowerServer, redis: Redis
) -> None:
    table = {"draw": 1, "start": 0, "length": 10, "order[0][column]": 0, "columns[0][data]": "name"}
    shutdown = "/api/worker/shutdown/celery@nowhere"

    answers: list[httpx.Response] = [
        flower_server.admin.get("/api/workers"),
        flower_server.admin.post("/tasks/datatable", data=table),
        flower_server.operator.post(shutdown),
        flower_server.stranger.post(shutdown),
        flower_server.admin.post(shutdown, headers={"X-Xsrftoken": "another"}),
        flower_server.admin.post(f"{API}/nowhere"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 403, 401, 403, 404]
    assert Audit(redis).entries().entries == []


def test_what_cannot_be_audited_is_not_done() -> None:
    told: list[str] = []

    async def gone() -> None:
        raise RedisGone

    def refusing(refused: Refused) -> HTTPMessageDelegate:
        return Handler(str(refused.status), told)

    delegate = AuditedDelegate(gone, Handler("shutdown", told), refusing)
    line = RequestStartLine("POST", "/api/worker/shutdown/all", "HTTP/1.1")
    asyncio.run(delegate.headers_received(line, HTTPHeaders()))
    delegate.finish()

    assert told == ["503: headers", "503: finish"]
