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
        throttle.count_failure("10.0.0.1")

    assert throttle.seconds_to_wait("10.0.0.1") == 0


def test_many_failures_make_their_address_wait_and_no_other(clock: Clock) -> None:
    throttle = Throttle(clock)

    for _ in range(20):
        throttle.count_failure("10.0.0.1")

    assert throttle.seconds_to_wait("10.0.0.1") == 3
    assert throttle.seconds_to_wait("10.0.0.2") == 0


def test_after_a_while_one_more_is_allowed(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(20):
        throttle.count_failure("10.0.0.1")

    clock.seconds += 3
    allowed = throttle.seconds_to_wait("10.0.0.1")
    throttle.count_failure("10.0.0.1")

    assert allowed == 0
    assert throttle.seconds_to_wait("10.0.0.1") == 3


def test_memory_is_bounded_however_many_addresses_guess(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(20):
        throttle.count_failure("first")

    for number in range(10_000):
        throttle.count_failure(str(number))

    assert throttle.seconds_to_wait("first") == 0
