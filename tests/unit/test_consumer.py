"""Celery's consumer: how it waits while Redis is away."""

from threading import Thread

import pytest
from celery.worker import state

from workers.consumer import wait_while_working


def test_a_worker_that_is_told_to_stop_waits_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Thread(target=wait_while_working, args=[3600.0], daemon=True)
    waiting.start()

    monkeypatch.setattr(state, "should_stop", 0)
    waiting.join(30)

    assert not waiting.is_alive()


def test_the_wait_ends_by_itself() -> None:
    waiting = Thread(target=wait_while_working, args=[0.01], daemon=True)

    waiting.start()
    waiting.join(30)

    assert not waiting.is_alive()
