"""What follows a failure: the whole retry policy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import (
    AmbiguousMatch,
    AuthenticationFailed,
    InvalidHierarchy,
    NoAnswer,
    PermanentError,
    RateLimited,
    RecordLocked,
    RecordNotFound,
    RecordRejected,
    ServiceDown,
    ServiceFailed,
    ServiceUnavailable,
    SyncError,
)
from app.retry import FREE_FAILURES, MOST_FREE_FAILURES, Backoff, Counter, Past, after

BACKOFF = Backoff(first=2.0, longest=300.0)
NEW = Past()


@pytest.mark.parametrize(
    "error",
    [PermanentError, RecordRejected, AmbiguousMatch, RecordNotFound, InvalidHierarchy, SyncError],
)
def test_what_only_a_person_can_mend_is_not_tried_again(error: type[SyncError]) -> None:
    failure = error("no", service="netsuite")

    follows = after(failure, NEW, BACKOFF)

    assert follows is None


@pytest.mark.parametrize("service", ["salesforce", "netsuite"])
def test_refused_credentials_cost_no_attempt_and_all_come_back_soon(service: str) -> None:
    failure = AuthenticationFailed("refused", service=service)

    follows = after(failure, Past(7, 40, 2, MOST_FREE_FAILURES), BACKOFF)

    assert follows
    assert follows.counter == "throttled"
    assert follows.delay <= BACKOFF.first


@pytest.mark.parametrize(
    ("failure", "counter"),
    [
        (NoAnswer("x"), "attempts"),
        (RecordLocked("x"), "attempts"),
        (RateLimited("x"), "throttled"),
    ],
)
@given(attempts=st.integers(0, 10_000), throttled=st.integers(0, 10_000))
def test_what_passes_is_tried_again_after_a_wait_that_doubles_up_to_a_bound(
    failure: SyncError, counter: Counter, attempts: int, throttled: int
) -> None:
    past = Past(attempts, throttled, doubted=FREE_FAILURES)
    limits = throttled if counter == "throttled" else 0
    bound = min(300.0, 2.0 * 2 ** min(attempts + limits + FREE_FAILURES, 10))

    follows = after(failure, past, BACKOFF)

    assert follows is not None
    assert follows.counter == counter
    assert 0 <= follows.delay <= bound


@pytest.mark.parametrize("error", [ServiceUnavailable, NoAnswer, ServiceFailed])
def test_a_service_may_fail_twice_on_a_record_before_it_counts(
    error: type[ServiceUnavailable],
) -> None:
    failure = error("down", service="netsuite")

    follows = [after(failure, Past(doubted=doubted), BACKOFF) for doubted in range(3)]

    counters = [again and again.counter for again in follows]
    assert counters == ["doubted", "doubted", "attempts"]


@pytest.mark.parametrize(
    "past", [Past(throttled=1000), Past(spared=MOST_FREE_FAILURES - 1), Past(attempts=7)]
)
def test_nothing_but_a_doubt_uses_up_the_failures_that_are_free(past: Past) -> None:
    failure = NoAnswer("down", service="netsuite")

    follows = after(failure, past, BACKOFF)

    assert follows
    assert follows.counter == "doubted"


@pytest.mark.parametrize("error", [ServiceUnavailable, NoAnswer, ServiceFailed])
def test_what_the_service_is_to_blame_for_is_free_and_comes_back_soon(
    error: type[ServiceUnavailable],
) -> None:
    failure = error("down", service="netsuite", retry_after=120.0)
    failure.counts = False

    follows = [after(failure, Past(7, 1000, 2, n), BACKOFF) for n in range(MOST_FREE_FAILURES)]

    assert all(again and again.counter == "spared" for again in follows)
    assert all(again and again.delay <= BACKOFF.first for again in follows)


def test_a_record_on_which_the_service_breaks_for_ever_is_not_free_for_ever() -> None:
    failure = NoAnswer("broken", service="netsuite")
    failure.counts = False

    follows = after(failure, Past(spared=MOST_FREE_FAILURES), BACKOFF)

    assert follows
    assert follows.counter == "attempts"


def test_a_service_that_was_not_asked_costs_nothing_however_often() -> None:
    failure = ServiceDown("down", service="netsuite")

    follows = after(failure, Past(8, 10_000, 2, MOST_FREE_FAILURES), BACKOFF)

    assert follows
    assert follows.counter == "throttled"
    assert follows.delay <= BACKOFF.first


def test_a_failure_without_a_reason_is_given_up_early() -> None:
    failure = ServiceFailed("a script", service="netsuite")

    follows = [after(failure, Past(doubted=doubted), BACKOFF) for doubted in (1, 2)]
    last = after(failure, Past(attempts=1, doubted=2), BACKOFF)

    assert [again and again.counter for again in follows] == ["doubted", "attempts"]
    assert last is None


@given(wish=st.floats(0, 3600), attempts=st.integers(0, 50))
def test_the_servers_wish_comes_before_ours_with_a_little_jitter(
    wish: float, attempts: int
) -> None:
    failure = RateLimited("slowly", service="netsuite", retry_after=wish)

    follows = after(failure, Past(attempts), BACKOFF)

    assert follows is not None
    assert follows.counter == "throttled"
    assert wish <= follows.delay <= wish + BACKOFF.first


def test_those_who_were_told_the_same_are_spread() -> None:
    failure = ServiceUnavailable("down", retry_after=30.0)

    delays = {again.delay for _ in range(64) if (again := after(failure, NEW, BACKOFF))}

    assert len(delays) > 50


@given(
    first=st.floats(0.001, 60), longest=st.floats(0.001, 800), failures=st.integers(0, 1_000_000)
)
def test_a_wait_stays_within_its_bounds(first: float, longest: float, failures: int) -> None:
    backoff = Backoff(first, longest)

    waits = [backoff.delay(failures) for _ in range(5)]

    bound = min(longest, first * 2 ** min(failures, 30))
    assert all(0 <= wait <= bound for wait in waits)


@pytest.mark.parametrize(("failures", "bound"), [(0, 2.0), (3, 16.0), (7, 256.0), (8, 300.0)])
def test_the_jitter_uses_all_the_room_that_it_has(failures: int, bound: float) -> None:
    backoff = BACKOFF

    waits = [backoff.delay(failures) for _ in range(128)]

    assert min(waits) < bound / 2 < max(waits) <= bound
    assert len(set(waits)) > 100
