"""Where messages arrive, and settings that lead there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from app.settings import Settings
from tests.integration.notifications.postroom import Hook, Letterbox, hooked, letterbox
from tests.integration.notifications.telling import by_mail, calm, settings


@pytest.fixture
def calm_redis(redis: Redis) -> Redis:
    """Where nothing is wrong."""
    calm(redis)
    return redis


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hooked() as made:
        yield made


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Letterbox]:
    """A mail server for plain text."""
    with letterbox("plain", tmp_path) as made:
        yield made


@pytest.fixture
def by_hook(hook: Hook, tmp_path: Path) -> Settings:
    """People are told by webhook."""
    return settings(tmp_path, notify_webhook_url=hook.url)


@pytest.fixture
def both(hook: Hook, box: Letterbox, tmp_path: Path) -> Settings:
    """And by e-mail, too."""
    return settings(tmp_path, notify_webhook_url=hook.url, **by_mail(box))
