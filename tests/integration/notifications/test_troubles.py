"""What there is to tell, and what is nobody's alarm."""

import time
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from app.errors import AuthenticationFailed, ServiceUnavailable
from app.notifications.message import Message
from app.notifications.troubles import Troubles
from app.pauses import Pauses
from app.salesforce_settings import DEFAULT_CHANNELS
from tests.integration.notifications.telling import settings

ACCOUNTS, OPPORTUNITIES = DEFAULT_CHANNELS
HOUR = 3600.0


def found(redis: Redis, directory: Path, **given: Any) -> list[Message]:
    return list(Troubles(redis, settings(directory, **given)).now())


def seen_for(redis: Redis, what: str, seconds: float) -> None:
    """Somebody looked first so many seconds ago."""
    assert redis.set(f"cw:notify:seen:{what}", time.time() - seconds, xx=True, keepttl=True)


def connected_anew(redis: Redis, channel: str) -> None:
    fields: dict[Any, Any] = {"state": "listening", "connected_since": round(1000 * time.time())}
    redis.hset(f"cw:listener:{channel}", mapping=fields)


def heard(redis: Redis, channel: str, connected: float, event: float, keep_alive: float) -> None:
    """A listener hears it; seconds ago."""
    now = time.time()
    fields: dict[Any, Any] = {
        "connected_since": round(1000 * (now - connected)),
        "last_event_at": round(1000 * (now - event)),
    }
    redis.hset(f"cw:listener:{channel}", mapping=fields)
    redis.hset(f"cw:cursor:{channel}", "at", round(1000 * (now - keep_alive)))


def test_a_flow_that_an_admin_switched_off_is_nobodys_alarm(
    calm_redis: Redis, tmp_path: Path
) -> None:
    Pauses(calm_redis).begin("flow", "switched off by an admin")

    messages = found(calm_redis, tmp_path)

    assert messages == []


@pytest.mark.parametrize(("service", "name"), [("salesforce", "Salesforce"), ("netsuite", "NetSu")])
def test_refused_credentials_say_whose_and_what_to_do(
    calm_redis: Redis, tmp_path: Path, service: str, name: str
) -> None:
    refused = AuthenticationFailed("No.", service=service, service_words="invalid_grant: hush")
    Pauses(calm_redis).credentials_refused(refused, 60.0)

    [message] = found(calm_redis, tmp_path)

    assert (message.event, message.about) == ("credentials", service)
    assert message.headline.startswith(f"The flow stands still: {name}")
    assert "closedwon check says what is wrong" in message.words
    assert "hush" not in message.words


def test_an_outage_says_since_when(calm_redis: Redis, tmp_path: Path) -> None:
    Pauses(calm_redis).service_down(ServiceUnavailable("Down.", service="salesforce"), 15.0)

    [message] = found(calm_redis, tmp_path)

    assert (message.event, message.headline) == ("service_down", "Salesforce is down")
    assert message.words.startswith(f"Since {time.strftime('%Y-%m-%d', time.gmtime())}")


@pytest.mark.parametrize(("swept", "ran"), [(None, "never"), (600, "10 min ago")])
def test_a_sweeper_that_is_late_is_told_once_it_was_seen_so_for_a_minute(
    calm_redis: Redis, tmp_path: Path, swept: int | None, ran: str
) -> None:
    calm_redis.delete("cw:swept")
    if swept:
        calm_redis.set("cw:swept", round(1000 * (time.time() - swept)))

    at_first = found(calm_redis, tmp_path)
    seen_for(calm_redis, "sweeper", 61)
    later = found(calm_redis, tmp_path)

    assert at_first == []
    assert [(one.event, one.headline) for one in later] == [
        ("sweeper", f"The sweeper ran last: {ran}")
    ]


def test_a_sweeper_that_ran_again_begins_anew(calm_redis: Redis, tmp_path: Path) -> None:
    calm_redis.delete("cw:swept")
    found(calm_redis, tmp_path)
    seen_for(calm_redis, "sweeper", 61)

    calm_redis.set("cw:swept", round(1000 * time.time()))
    found(calm_redis, tmp_path)
    calm_redis.delete("cw:swept")
    messages = found(calm_redis, tmp_path)

    assert messages == []


@pytest.mark.parametrize(("limit", "count"), [(900, 1), (2000, 0), (0, 0)])
def test_a_channel_that_nobody_hears_for_longer_than_the_limit_is_told(
    calm_redis: Redis, tmp_path: Path, limit: int, count: int
) -> None:
    calm_redis.delete(f"cw:listener:{ACCOUNTS}")
    given = {"notify_silence_seconds": 900}
    at_first = found(calm_redis, tmp_path, **given)
    seen_for(calm_redis, f"silence:{ACCOUNTS}", 1000)

    messages = found(calm_redis, tmp_path, notify_silence_seconds=limit)

    told = [("silence", ACCOUNTS, f"Nobody hears {ACCOUNTS} for 16 min")]
    assert at_first == []
    assert [(one.event, one.about, one.headline) for one in messages] == count * told


def test_nobody_looked_meanwhile_so_it_counts_anew(calm_redis: Redis, tmp_path: Path) -> None:
    calm_redis.delete(f"cw:listener:{ACCOUNTS}")

    found(calm_redis, tmp_path)

    assert 290 < int(str(calm_redis.ttl(f"cw:notify:seen:silence:{ACCOUNTS}"))) <= 300


@pytest.mark.parametrize(
    ("connected", "event", "keep_alive", "headline"),
    [
        (HOUR, HOUR, 1000.0, f"Nothing comes on {ACCOUNTS} for 16 min"),
        (HOUR, 1000.0, HOUR, f"Nothing comes on {ACCOUNTS} for 16 min"),
        (10.0, HOUR, HOUR, None),  # it has just connected
        (HOUR, HOUR, 280.0, None),  # keep-alives come
        (9 * HOUR, 9 * HOUR, 280.0, f"No change came on {ACCOUNTS} for 9 h"),
    ],
)
def test_a_channel_that_is_heard_may_be_silent_or_quiet(
    calm_redis: Redis,
    tmp_path: Path,
    connected: float,
    event: float,
    keep_alive: float,
    headline: str | None,
) -> None:
    heard(calm_redis, ACCOUNTS, connected, event, keep_alive)

    messages = found(calm_redis, tmp_path, notify_quiet_hours=8)

    assert [one.headline for one in messages] == ([headline] if headline else [])


def test_how_long_no_change_came_runs_on_over_new_connections(
    calm_redis: Redis, tmp_path: Path
) -> None:
    given = {"notify_quiet_hours": 8}
    at_first = found(calm_redis, tmp_path, **given)
    seen_for(calm_redis, f"quiet:{ACCOUNTS}", 9 * HOUR)

    connected_anew(calm_redis, ACCOUNTS)
    for_hours = found(calm_redis, tmp_path, **given)
    calm_redis.hdel(f"cw:listener:{ACCOUNTS}", "connected_since")
    between = found(calm_redis, tmp_path, **given)
    connected_anew(calm_redis, ACCOUNTS)
    again = found(calm_redis, tmp_path, **given)

    told = [("silence", ACCOUNTS, f"No change came on {ACCOUNTS} for 9 h")]
    assert (at_first, between) == ([], [])
    assert [(one.event, one.about, one.headline) for one in for_hours] == told
    assert [(one.event, one.about, one.headline) for one in again] == told


def test_a_listener_that_was_started_anew_knows_no_change_and_the_time_runs_on(
    calm_redis: Redis, tmp_path: Path
) -> None:
    heard(calm_redis, ACCOUNTS, 9 * HOUR, 7 * HOUR, 10.0)
    found(calm_redis, tmp_path, notify_quiet_hours=8)

    calm_redis.delete(f"cw:listener:{ACCOUNTS}")
    connected_anew(calm_redis, ACCOUNTS)
    in_time = found(calm_redis, tmp_path, notify_quiet_hours=8)
    too_long = found(calm_redis, tmp_path, notify_quiet_hours=6)

    assert in_time == []
    assert [one.headline for one in too_long] == [f"No change came on {ACCOUNTS} for 7 h"]


def test_a_change_ends_it(calm_redis: Redis, tmp_path: Path) -> None:
    found(calm_redis, tmp_path, notify_quiet_hours=8)
    seen_for(calm_redis, f"quiet:{ACCOUNTS}", 9 * HOUR)

    heard(calm_redis, ACCOUNTS, HOUR, 1.0, 10.0)
    messages = found(calm_redis, tmp_path, notify_quiet_hours=8)

    assert messages == []


def test_how_quiet_a_channel_may_be_is_not_known_by_default(
    calm_redis: Redis, tmp_path: Path
) -> None:
    heard(calm_redis, ACCOUNTS, 99 * HOUR, 99 * HOUR, 10.0)

    messages = found(calm_redis, tmp_path)

    assert messages == []


@pytest.mark.parametrize(("limit", "count"), [(60, 1), (900, 0), (0, 0)])
def test_lag_above_the_limit_is_told_by_channel(
    calm_redis: Redis, tmp_path: Path, limit: int, count: int
) -> None:
    minute = int(time.time()) // 60
    calm_redis.hset(f"cw:lag:{OPPORTUNITIES}:{minute - 3}", "120", 7)  # 97 s
    calm_redis.hset(f"cw:lag:{ACCOUNTS}:{minute - 30}", "120", 7)  # too long ago

    messages = found(calm_redis, tmp_path, notify_lag_seconds=limit)

    told = [("lag", OPPORTUNITIES, f"Changes of {OPPORTUNITIES} take 97 s")]
    assert [(one.event, one.about, one.headline) for one in messages] == count * told


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (
            1,
            "Of the last 10 minutes' changes there is one, and it took so long; the limit is 60 s.",
        ),
        (7, "Of the last 10 minutes' 7 changes at least 5 % took so long; the limit is 60 s."),
    ],
)
def test_lag_says_of_how_many_changes(
    calm_redis: Redis, tmp_path: Path, count: int, words: str
) -> None:
    calm_redis.hset(f"cw:lag:{ACCOUNTS}:{int(time.time()) // 60}", "120", count)

    [message] = found(calm_redis, tmp_path, notify_lag_seconds=60)

    assert message.words == words
