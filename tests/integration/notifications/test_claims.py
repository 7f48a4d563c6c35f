"""Who is told what, and how often: however many look, one tells, once an hour, by each way."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from redis import Redis

from app.errors import ServiceUnavailable
from app.notifications.claims import HOUR_SECONDS
from app.notifications.watch import Watch
from app.pauses import Pauses
from app.settings import Settings
from tests.integration.ledger_desk import ANN, Desk
from tests.integration.notifications.postroom import Hook, Letterbox
from tests.integration.notifications.telling import LOCKED, PAGES, REFUSED, an_hour_later, die

ACCOUNTS = [f"00100000000000{n}AAA" for n in range(1, 8)]
DOWN = ServiceUnavailable("NetSuite is down.", service="netsuite", service_words="Acme Ltd.")

pytestmark = pytest.mark.usefixtures("calm_redis")


def told(hook: Hook) -> list[tuple[str, str, int | None]]:
    return [(one["event"], one["cause"], one["count"]) for one in hook.received]


def letter_of(redis: Redis, cause: str) -> str:
    [account] = redis.zrange(f"cw:letters:{cause}", 0, -1)
    return str(account)


def test_nothing_is_told_where_nothing_is_wrong(
    redis: Redis, hook: Hook, by_hook: Settings
) -> None:
    watch = Watch(redis, by_hook)

    sent = watch.look()

    assert (sent, hook.received) == (0, [])


def test_a_cause_is_told_once_however_many_letters_it_has(
    redis: Redis, desk: Desk, hook: Hook, by_hook: Settings
) -> None:
    for account in ACCOUNTS[:3]:
        die(desk, account)
    die(desk, ACCOUNTS[3], LOCKED)

    sent = [Watch(redis, by_hook).look() for _ in range(3)]

    assert sent == [2, 0, 0]
    assert told(hook) == [
        ("dead_letters", "RecordRejected", 3),
        ("dead_letters", "RecordLocked", 1),
    ]
    assert hook.received[0]["url"] == f"{PAGES}/dead-letters?cause=RecordRejected"
    assert hook.received[0]["text"].startswith("closedwon: 3 dead letters: RecordRejected. The old")


def test_letters_of_the_same_hour_wait_for_the_next(
    redis: Redis, desk: Desk, hook: Hook, by_hook: Settings
) -> None:
    watch = Watch(redis, by_hook)
    die(desk, ACCOUNTS[0])
    watch.look()

    die(desk, ACCOUNTS[1])
    within_the_hour = watch.look()
    remaining = int(str(redis.ttl("cw:notified:webhook:dead_letters:RecordRejected")))
    an_hour_later(redis)
    later = watch.look()

    assert HOUR_SECONDS - 30 < remaining <= HOUR_SECONDS
    assert (within_the_hour, later) == (0, 1)
    assert [count for _, _, count in told(hook)] == [1, 2]


def test_letters_that_were_told_are_not_told_again(
    redis: Redis, desk: Desk, hook: Hook, by_hook: Settings
) -> None:
    watch = Watch(redis, by_hook)
    die(desk, ACCOUNTS[0])
    watch.look()
    an_hour_later(redis)

    sent = watch.look()

    assert sent == 0
    assert len(hook.received) == 1


def test_a_letter_that_was_requeued_and_died_again_is_news(
    redis: Redis, desk: Desk, hook: Hook, by_hook: Settings
) -> None:
    watch = Watch(redis, by_hook)
    die(desk, ACCOUNTS[0])
    watch.look()
    an_hour_later(redis)

    desk.ledger.requeue([ACCOUNTS[0]], ANN)
    on_trial = watch.look()
    desk.ledger.dead(desk.take(ACCOUNTS[0], "upsert"), REFUSED)
    dead_again = watch.look()

    assert (on_trial, dead_again) == (0, 1)
    assert len(hook.received) == 2


def test_a_new_way_begins_with_what_happens_from_now_on(
    redis: Redis, desk: Desk, hook: Hook, by_hook: Settings
) -> None:
    die(desk, ACCOUNTS[0])
    die(desk, ACCOUNTS[1], LOCKED)
    for cause in ("RecordRejected", "RecordLocked"):
        redis.zincrby(f"cw:letters:{cause}", -3_600_000, letter_of(redis, cause))

    at_first = Watch(redis, by_hook).look()
    die(desk, ACCOUNTS[2])
    later = Watch(redis, by_hook).look()

    assert (at_first, later) == (0, 1)
    assert told(hook) == [("dead_letters", "RecordRejected", 2)]


def test_a_way_that_is_configured_again_begins_anew_whatever_it_told_once(
    redis: Redis, desk: Desk, hook: Hook, by_hook: Settings
) -> None:
    die(desk, ACCOUNTS[0])
    at = redis.zincrby("cw:letters:RecordRejected", -3_600_000, ACCOUNTS[0])
    long_ago = float(str(at)) / 1000 - 3600
    redis.hset("cw:notify:told:webhook", "dead_letters:RecordRejected", repr(long_ago))

    sent = Watch(redis, by_hook).look()

    assert (sent, hook.received) == (0, [])


def test_a_way_is_remembered_for_a_day(
    redis: Redis, desk: Desk, hook: Hook, by_hook: Settings
) -> None:
    die(desk, ACCOUNTS[0])
    Watch(redis, by_hook).look()
    keys = ("cw:notify:since:webhook", "cw:notify:told:webhook")
    for key in keys:
        redis.expire(key, 100)

    Watch(redis, by_hook).look()

    assert all(86000 < int(str(redis.ttl(key))) <= 86400 for key in keys)


def test_a_service_that_is_down_is_told_each_hour_while_it_lasts(
    redis: Redis, hook: Hook, by_hook: Settings
) -> None:
    watch, pauses = Watch(redis, by_hook), Pauses(redis)
    pauses.service_down(DOWN, 15.0)

    first, again = watch.look(), watch.look()
    an_hour_later(redis)
    next_hour = watch.look()
    pauses.end("netsuite")
    an_hour_later(redis)
    over = watch.look()

    assert (first, again, next_hour, over) == (1, 0, 1, 0)
    assert told(hook) == 2 * [("service_down", "netsuite", None)]


def test_what_clouds_say_of_customers_goes_to_nobody(
    redis: Redis, desk: Desk, hook: Hook, box: Letterbox, both: Settings
) -> None:
    die(desk, ACCOUNTS[0])
    Pauses(redis).service_down(DOWN, 15.0)

    Watch(redis, both).look()

    said = json.dumps(hook.received) + "".join(mail.as_string() for mail in box.mails)
    assert (len(hook.received), len(box.mails)) == (2, 2)
    assert "Acme" not in said
    assert "Acme" not in str(redis.lrange("cw:notify:recent", 0, -1))


def test_two_that_look_at_once_send_one(
    redis: Redis, desk: Desk, hook: Hook, by_hook: Settings
) -> None:
    die(desk, ACCOUNTS[0])
    Pauses(redis).service_down(DOWN, 15.0)
    start = Barrier(8)

    def look() -> int:
        start.wait()
        return Watch(redis, by_hook).look()

    with ThreadPoolExecutor(8) as threads:
        sent = [future.result() for future in [threads.submit(look) for _ in range(8)]]

    assert sum(sent) == 2
    assert sorted(told(hook)) == [
        ("dead_letters", "RecordRejected", 1),
        ("service_down", "netsuite", None),
    ]
