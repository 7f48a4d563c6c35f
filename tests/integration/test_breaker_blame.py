"""Whom a failure is held against: the record, the service, or nobody yet."""

import pytest
from redis import Redis

from app.breaker import FAILURES
from app.errors import ServiceFailed
from app.retry import FREE_FAILURES, Past
from tests.integration.calling import Caller


@pytest.fixture
def caller(redis: Redis) -> Caller:
    return Caller(redis)


@pytest.fixture
def up_again(caller: Caller) -> Caller:
    """After a pause that has ended."""
    caller.go_through_an_outage()
    return caller


def test_a_read_is_no_records_failure(up_again: Caller) -> None:
    up_again.succeeds()
    up_again.succeeds("customer/8")

    failure = up_again.fails()

    assert not failure.counts


def test_until_a_write_succeeds_a_record_that_fails_alone_is_not_to_blame(caller: Caller) -> None:
    first = caller.fails("customer/7")
    caller.succeeds("customer/8")
    alone = caller.fails("customer/7")
    caller.go_through_an_outage("customer/7")

    after_the_outage = caller.fails("customer/7")

    assert [error.counts for error in (first, alone, after_the_outage)] == [False, True, False]


def test_where_netsuite_answers_that_it_failed_the_record_may_be_to_blame(caller: Caller) -> None:
    answer = ServiceFailed("A script.", service="netsuite")

    failure = caller.fails("customer/7", answer)

    assert failure.counts


def test_a_service_that_comes_and_goes_uses_up_nobodys_attempts(caller: Caller) -> None:
    caller.succeeds("customer/8")
    past = Past()

    for _ in range(3):
        for record in ("customer/7", *[""] * FAILURES):
            past = caller.fails_a_run(record, past)
        caller.come_up()

    assert past == Past(doubted=1, spared=3 * FAILURES + 2)


def test_a_record_whose_writes_alone_fail_pauses_the_service_until_it_is_a_letter(
    caller: Caller,
) -> None:
    caller.succeeds("customer/8")
    past = Past()

    for _ in range(2):
        for _ in range(FAILURES):
            caller.succeeds()
            past = caller.fails_a_run("customer/7", past)
        caller.come_up()

    assert past == Past(doubted=FREE_FAILURES, spared=2, attempts=2)


def test_a_record_that_fails_while_others_are_saved_uses_up_its_attempts(caller: Caller) -> None:
    past = Past()

    for _ in range(4):
        caller.succeeds("customer/8")
        past = caller.fails_a_run("customer/7", past)

    assert past == Past(doubted=FREE_FAILURES, attempts=2)


def test_while_several_records_fail_and_none_succeeds_it_is_the_service(up_again: Caller) -> None:
    failure = up_again.fails("customer/7")

    assert not failure.counts


def test_a_record_that_fails_alone_is_to_blame_itself(up_again: Caller) -> None:
    up_again.succeeds("customer/8")

    failure = up_again.fails("customer/7")

    assert failure.counts
