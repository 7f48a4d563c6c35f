"""A value that many threads share: one fetch for all, and one failure for all."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from app.errors import ServiceUnavailable
from app.renewable import Renewable
from tests.eventually import eventually
from tests.threads import waiting

THREADS = 16


class Endpoint:
    """Hangs until it is told to answer, with a value or an error; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = False
        self.answers = threading.Event()

    def fetch(self) -> str:
        self.asked += 1
        turn = self.asked
        assert self.answers.wait(20)
        if self.fails:
            raise ServiceUnavailable(f"Failure {turn}.")
        return f"value {turn}"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.answers.set()


def at_once(
    renewable: Renewable[str], endpoint: Endpoint, refused: str | None = None
) -> list["Future[str]"]:
    """THREADS calls; the endpoint answers once one of them fetches and all others wait."""
    endpoint.answers.clear()
    with ThreadPoolExecutor(THREADS) as pool:
        calls = [pool.submit(renewable.get, refused) for _ in range(THREADS)]
        try:
            eventually(lambda: waiting() == THREADS - 1, "all but one wait")
        finally:
            endpoint.answers.set()
    return calls


def test_all_who_ask_at_once_get_what_one_of_them_fetched(endpoint: Endpoint) -> None:
    renewable = Renewable(endpoint.fetch)

    calls = at_once(renewable, endpoint)

    assert {call.result() for call in calls} == {"value 1"}
    assert endpoint.asked == 1


def test_who_waited_while_a_fetch_failed_gets_its_error_and_tries_none_of_his_own(
    endpoint: Endpoint,
) -> None:
    renewable = Renewable(endpoint.fetch)
    endpoint.fails = True

    calls = at_once(renewable, endpoint)

    assert {str(call.exception()) for call in calls} == {"Failure 1."}
    assert endpoint.asked == 1


def test_a_call_after_a_failure_fetches_anew(endpoint: Endpoint) -> None:
    renewable = Renewable(endpoint.fetch)
    endpoint.fails = True
    at_once(renewable, endpoint)
    endpoint.fails = False

    value = renewable.get()

    assert value == "value 2"
    assert renewable.get() == value


def test_a_refused_value_is_renewed_once_for_all_whom_it_failed(endpoint: Endpoint) -> None:
    renewable = Renewable(endpoint.fetch)
    endpoint.answers.set()
    first = renewable.get()

    calls = at_once(renewable, endpoint, refused=first)

    assert {call.result() for call in calls} == {"value 2"}
    assert renewable.get(refused=first) == "value 2"


def test_another_value_that_is_refused_with_it_is_renewed_too(endpoint: Endpoint) -> None:
    renewable = Renewable(endpoint.fetch, is_same=lambda one, other: True)
    endpoint.answers.set()
    renewable.get()

    value = renewable.get(refused="another copy of value 1")

    assert (value, renewable.get()) == ("value 2", "value 2")


def test_a_fetch_that_brings_the_refused_value_is_not_for_whom_it_failed(
    endpoint: Endpoint,
) -> None:
    renewable = Renewable(endpoint.fetch, is_same=str.__eq__)

    with ThreadPoolExecutor(2) as pool:
        begun = pool.submit(renewable.get)
        eventually(lambda: endpoint.asked == 1, "the fetch to begin")
        refused = pool.submit(renewable.get, "value 1")
        eventually(lambda: waiting() == 1, "the other waits for it")
        endpoint.answers.set()

        values = (begun.result(), refused.result())

    assert values == ("value 1", "value 2")
    assert renewable.get() == "value 2"


def test_an_old_value_is_renewed(endpoint: Endpoint) -> None:
    old: set[str] = set()
    renewable = Renewable(endpoint.fetch, old.__contains__)
    endpoint.answers.set()
    old.add(renewable.get())

    values = [renewable.get(), renewable.get()]

    assert values == ["value 2", "value 2"]


def test_an_old_value_that_lasts_is_used_while_one_thread_fetches(endpoint: Endpoint) -> None:
    old: set[str] = set()
    renewable = Renewable(endpoint.fetch, old.__contains__, lambda value: True)
    endpoint.answers.set()
    old.add(renewable.get())
    endpoint.answers.clear()

    with ThreadPoolExecutor(1) as pool:
        fetch = pool.submit(renewable.get)
        eventually(lambda: endpoint.asked == 2, "the fetch to begin")
        meanwhile = renewable.get()
        endpoint.answers.set()
        fetched = fetch.result()

    assert (meanwhile, fetched, renewable.get()) == ("value 1", "value 2", "value 2")


def test_a_refused_value_is_not_used_even_if_it_lasts(endpoint: Endpoint) -> None:
    renewable = Renewable(endpoint.fetch, lasts=lambda value: True)
    endpoint.answers.set()
    first = renewable.get()

    refused = at_once(renewable, endpoint, refused=first)

    assert {call.result() for call in refused} == {"value 2"}
    assert endpoint.asked == 2
