"""Whoever guesses passwords is slowed down, and nobody else."""

from dataclasses import dataclass

import pytest

from workers.flower.throttle import Throttle


@dataclass
class Clock:
    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_slip_of_the_keyboard_has_no_consequence(clock: Clock) -> None:
    throttle = Throttle(clock)

    for _ in range(19):
        throttle.count_failure("10.0.0.1", "ann")

    assert throttle.seconds_to_wait("10.0.0.1", "ann") == 0


def test_many_failures_make_their_address_wait_and_no_other(clock: Clock) -> None:
    throttle = Throttle(clock)

    for _ in range(20):
        throttle.count_failure("10.0.0.1", "ann")

    assert throttle.seconds_to_wait("10.0.0.1", "ann") == 3
    assert throttle.seconds_to_wait("10.0.0.2", "ann") == 0


def test_a_guesser_locks_nobody_else_out_who_shares_the_address(clock: Clock) -> None:
    throttle = Throttle(clock)

    for _ in range(20):
        throttle.count_failure("10.0.0.1", "ann")

    assert throttle.seconds_to_wait("10.0.0.1", "ann") == 3
    assert throttle.seconds_to_wait("10.0.0.1", "bob") == 0


def test_whoever_tries_a_password_on_many_users_is_slowed_down_too(clock: Clock) -> None:
    throttle = Throttle(clock)

    for number in range(200):
        throttle.count_failure("10.0.0.1", f"user {number}")

    assert 0 < throttle.seconds_to_wait("10.0.0.1", "ann") < 1
    assert throttle.seconds_to_wait("10.0.0.2", "ann") == 0


def test_after_a_while_one_more_is_allowed(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(20):
        throttle.count_failure("10.0.0.1", "ann")

    clock.seconds += 3
    allowed = throttle.seconds_to_wait("10.0.0.1", "ann")
    throttle.count_failure("10.0.0.1", "ann")

    assert allowed == 0
    assert throttle.seconds_to_wait("10.0.0.1", "ann") == 3


def test_memory_is_bounded_however_many_addresses_guess(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(20):
        throttle.count_failure("first", "ann")

    for number in range(10_000):
        throttle.count_failure(str(number), "ann")

    assert throttle.seconds_to_wait("first", "ann") == 0
