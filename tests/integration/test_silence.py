"""Calls that a service takes and does not answer: who notices, and when they are given up."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest
from redis import Redis

from app.breaker import Breaker
from app.errors import NoAnswer, ServiceDown, ServiceUnavailable
from app.pauses import Pauses
from app.silence import Silence
from app.transport import open_client, send
from tests.eventually import eventually
from tests.ports import free_port

AT_ONCE = 0.05
NEVER = 3600.0
DOWN = ServiceUnavailable("It is down.", service="netsuite")


class Mute:
    """A server that takes every call and answers none, and a process that calls it."""

    def __init__(self, redis: Redis, quiet: float, old: float) -> None:
        self.server = socket.create_server(("127.0.0.1", free_port()))
        self.pauses = Pauses(redis)
        self.breaker = Breaker("netsuite", self.pauses, probe_seconds=15)
        self.silence = Silence(self.breaker, quiet, old, AT_ONCE)
        self.suspected = 0
        self._connections: list[socket.socket] = []
        self.silence.probe_with(self._suspect)
        self._client = open_client(NEVER, 4, None)
        self._pool = ThreadPoolExecutor(2)

    def _suspect(self) -> None:
        self.suspected += 1

    def call(self) -> Future[httpx.Response]:
        """Has been sent, and waits."""
        sent = self._pool.submit(self._send)
        eventually(lambda: self.silence.under_way, "the call")
        return sent

    def _send(self) -> httpx.Response:
        port = self.server.getsockname()[1]
        request = self._client.build_request("PUT", f"http://127.0.0.1:{port}/customer/7")
        with self.silence.awaiting(request):
            return send(self._client, "NetSuite", request, writes=True)

    def answer(self) -> None:
        """One call, on a connection of its own that stays."""
        connection, _ = self.server.accept()
        self._connections.append(connection)
        connection.recv(10_000)
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    def is_up(self) -> bool:
        """As the process knows, without looking it up."""
        try:
            self.breaker.ensure_up()
        except ServiceDown:
            return False
        return True

    def fall_and_rise(self) -> None:
        """Other processes find that the service is down, and then that it is up again."""
        self.pauses.service_down(DOWN, 15)
        assert self.breaker.is_down()
        self.pauses.end("netsuite")
        assert not self.breaker.is_down()

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        self.server.close()  # which ends the calls that still wait
        self._pool.shutdown()
        self.silence.close()
        self._client.close()


@pytest.fixture
def mute(redis: Redis) -> Iterator[Callable[[float, float], Mute]]:
    """→ makes one. How long it must be quiet to be suspected, and how old a call must be to be
    given up, in seconds.
    """
    made: list[Mute] = []

    def make(quiet: float, old: float) -> Mute:
        made.append(Mute(redis, quiet, old))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_call_older_than_an_outage_is_given_up_at_its_end(
    mute: Callable[[float, float], Mute],
) -> None:
    service = mute(NEVER, 0.0)
    hung = service.call()

    service.fall_and_rise()

    error = hung.exception(30)
    assert isinstance(error, NoAnswer)
    assert not service.silence.under_way


def test_an_outage_that_others_saw_is_noticed_by_who_merely_waits(
    mute: Callable[[float, float], Mute],
) -> None:
    service = mute(NEVER, 0.0)
    hung = service.call()
    service.pauses.service_down(DOWN, 15)
    eventually(lambda: not service.is_up(), "it to notice")

    service.pauses.end("netsuite")

    assert isinstance(hung.exception(30), NoAnswer)


def test_a_young_call_is_not_given_up(mute: Callable[[float, float], Mute]) -> None:
    service = mute(NEVER, NEVER)
    young = service.call()

    service.fall_and_rise()
    service.answer()

    assert young.result(30).status_code == 204


def test_what_is_cut_is_not_used_again(mute: Callable[[float, float], Mute]) -> None:
    service = mute(NEVER, 0.0)
    earlier = service.call()
    service.answer()
    earlier.result(30)
    hung = service.call()
    service.fall_and_rise()
    hung.exception(30)

    later = service.call()
    service.answer()

    assert later.result(30).status_code == 204


def test_a_service_that_answers_nothing_is_suspected(
    mute: Callable[[float, float], Mute],
) -> None:
    service = mute(0.0, 0.0)

    service.call()

    eventually(lambda: service.suspected, "the suspicion")


def test_a_paused_service_is_not_suspected(mute: Callable[[float, float], Mute]) -> None:
    service = mute(0.0, 0.0)
    service.pauses.service_down(DOWN, 15)

    service.call()

    eventually(lambda: not service.is_up(), "it to notice")
    assert not service.suspected
