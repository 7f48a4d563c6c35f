"""The breaker: when a service counts as down."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.breaker import FAILURES, impatient, probing
from app.errors import (
    NoAnswer,
    RateLimited,
    ServiceUnavailable,
    SyncError,
)
from tests.eventually import eventually
from tests.integration.calling import Caller

ONCE = Retry(NoBackoff(), 0)


@pytest.fixture
def caller(redis: Redis) -> Caller:
    return Caller(redis)


def test_a_few_failures_in_a_row_pause_the_service(caller: Caller) -> None:
    for _ in range(FAILURES - 1):
        caller.fails()
    paused_before = caller.pauses.all()

    caller.fails()

    assert paused_before == {}
    words = caller.pauses.all()["netsuite"]
    assert words.startswith("since ")
    assert "UTC: It is down. One probe tries every 15 s" in words
    assert caller.is_told()


@pytest.mark.parametrize("record", ["", "customer/7"])
def test_a_success_in_between_is_not_a_row(caller: Caller, record: str) -> None:
    for _ in range(3 * FAILURES):
        caller.fails(record)
        caller.succeeds(record)

    assert caller.pauses.all() == {}
    assert not caller.is_told()


def test_a_service_that_reads_may_fail_to_write(caller: Caller) -> None:
    for n in range(FAILURES):
        caller.succeeds()
        caller.fails(f"customer/{n}")

    assert list(caller.pauses.all()) == ["netsuite"]


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("slowly", service="netsuite"),
        ServiceUnavailable("the run's time is used up"),
        ServiceUnavailable("down", service="salesforce"),
    ],
)
def test_what_is_not_the_services_failure_is_not_held_against_it(
    caller: Caller, error: SyncError
) -> None:
    for _ in range(2 * FAILURES):
        caller.fails(error=error)

    assert caller.pauses.all() == {}


def test_one_failure_that_many_have_waited_for_is_one(caller: Caller) -> None:
    shared = ServiceUnavailable("The token endpoint is down.", service="netsuite")

    for _ in range(2 * FAILURES):
        caller.fails(error=shared)

    assert caller.pauses.all() == {}


def test_another_process_learns_of_it_with_its_first_failure(redis: Redis) -> None:
    one, other = Caller(redis), Caller(redis)
    for _ in range(FAILURES):
        one.fails()
    knew_before = other.is_told()

    failure = other.fails()

    assert not knew_before
    assert not failure.counts
    assert other.is_told()


def test_the_pause_of_others_ends_for_all(redis: Redis) -> None:
    callers = [Caller(redis), Caller(redis)]
    for caller in callers:
        for _ in range(FAILURES):
            caller.fails()

    callers[0].pauses.end("netsuite")

    eventually(lambda: not any(caller.is_told() for caller in callers), "them to notice")
    callers[0].fails()
    assert not callers[0].is_told()


def test_what_is_told_at_the_end_of_an_outage_may_fail_and_the_outage_is_over(
    caller: Caller,
) -> None:
    def fail() -> None:
        raise RuntimeError("told")

    caller.breaker.when_up(fail)
    for _ in range(FAILURES):
        caller.fails()
    caller.pauses.end("netsuite")

    with pytest.raises(RuntimeError, match="told"):
        caller.breaker.is_down()

    assert not caller.is_told()


def test_a_probe_goes_out_and_proves_nothing_by_itself(caller: Caller) -> None:
    for _ in range(FAILURES):
        caller.fails()

    with probing():
        told = caller.is_told()
        caller.succeeds()
    with probing(), suppress(ServiceUnavailable), caller.breaker.watch():
        raise ServiceUnavailable("still down", service="netsuite")

    assert not told
    assert caller.is_told()


def test_failures_of_the_impatient_count_for_nothing(caller: Caller) -> None:
    with impatient():
        for _ in range(2 * FAILURES):
            caller.fails()
        for n in range(2 * FAILURES):
            caller.fails(f"customer/{n}")

    assert caller.pauses.all() == {}
    caller.fails()
    assert caller.pauses.all() == {}


def test_the_impatient_leave_a_service_alone_that_is_known_to_be_down(redis: Redis) -> None:
    flow, page = Caller(redis), Caller(redis)
    for _ in range(FAILURES):
        flow.fails()

    with impatient():
        page.fails()

        assert page.is_told()


def test_a_call_that_hung_since_before_the_pause_ended_is_not_news(caller: Caller) -> None:
    hung = [caller.breaker.watch(f"customer/{n}") for n in range(2 * FAILURES)]
    for call in hung:
        call.__enter__()
    for _ in range(FAILURES):
        caller.fails()
    caller.pauses.end("netsuite")
    eventually(lambda: not caller.is_told(), "it to notice")

    errors = [NoAnswer("It hung.", service="netsuite") for _ in hung]
    for call, error in zip(hung, errors, strict=True):
        call.__exit__(NoAnswer, error, None)

    assert caller.pauses.all() == {}
    assert not any(error.counts for error in errors)


@pytest.mark.parametrize("call", [Caller.succeeds, Caller.is_told])
def test_what_succeeds_asks_no_redis(call: Callable[[Caller], object]) -> None:
    nowhere = Redis(host="127.0.0.1", port=9, retry=ONCE)
    caller = Caller(nowhere)

    call(caller)

    assert not caller.is_told()


def test_a_failure_without_redis_is_told_as_what_it_is() -> None:
    caller = Caller(Redis(host="127.0.0.1", port=9, retry=ONCE))

    failures = [caller.fails() for _ in range(2 * FAILURES)]

    assert {str(failure) for failure in failures} == {"It is down."}
