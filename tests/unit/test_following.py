"""The next stage in the same thread: what is left when something fails between two tasks."""

import pytest

from app.terms import Held
from tests.eventually import eventually
from workers import following

HELD = Held("001000000000001AAA", "hierarchy", "token")


def test_a_failure_between_tasks_is_told_and_the_row_given_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    returned: list[Held] = []

    def leave_and_fail() -> None:
        following.leave(HELD, returned.append)
        raise ValueError("a bug of a callback")

    pool = following.TaskPool(1)
    pool.on_apply(leave_and_fail, ())
    eventually(lambda: "ValueError: a bug of a callback" in caplog.text, "the traceback")
    pool.on_stop()

    assert returned == [HELD]


def test_what_no_task_takes_is_given_back() -> None:
    returned: list[Held] = []
    pool = following.TaskPool(1)

    pool.on_apply(following.leave, (HELD, returned.append), callback=lambda _: None)
    pool.on_stop()

    assert returned == [HELD]
