"""`/metrics`: what it tells of the sync, beside Flower's own."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from redis import Redis

from app.hand_off import STREAM
from app.lag import middle
from app.notifications.history import note_failed, note_sent
from app.notifications.message import Message
from app.passes import Pass, Passes
from app.pauses import Pauses
from app.salesforce_settings import DEFAULT_CHANNELS
from app.terms import Letter, Order
from tests.integration.ledger_desk import ANN, Desk
from tests.integration.notifications.telling import calm, settings
from tests.ports import free_port
from workers.flower.metrics import Everything
from workers.redis_server import RedisServer

A, B, C = (f"00100000000000{n}AAA" for n in range(1, 4))
ACCOUNTS, OPPORTUNITIES = DEFAULT_CHANNELS
REFUSED = Letter("RecordRejected", "NetSuite refuses the name.")
UNITS = re.compile(r"milli|micro|minutes|hours|percent|_ms\b|count$")


@contextmanager
def collecting(url: str, directory: Path) -> Iterator[Everything]:
    everything = Everything(settings(directory, redis_url=url))
    try:
        yield everything
    finally:
        everything.close()


def ours(written: bytes) -> dict[str, Metric]:
    found = text_string_to_metric_families(written.decode())
    return {one.name: one for one in found if one.name.startswith("closedwon_")}


@pytest.fixture
def metrics(redis: Redis, redis_server: RedisServer, tmp_path: Path) -> Iterator["Scrape"]:
    calm(redis)
    with collecting(redis_server.url, tmp_path) as everything:
        yield Scrape(everything)


class Scrape:
    """Each look at it is a scrape."""

    def __init__(self, everything: Everything) -> None:
        self._everything = everything

    def all(self) -> dict[str, Metric]:
        return ours(self._everything.written())

    def values(self) -> dict[str, dict[str, float]]:
        """Of each metric by the label's value; "" without a label."""
        return {
            name: {next(iter(one.labels.values()), ""): one.value for one in metric.samples}
            for name, metric in self.all().items()
        }

    def of(self, name: str) -> dict[str, float]:
        return self.values()[name]


def test_names_types_and_units_are_as_prometheus_wants_them(metrics: Scrape, desk: Desk) -> None:
    desk.ledger.dead(desk.open_and_take(A, "upsert"), REFUSED)

    written = metrics.all()

    assert len(written) > 20
    for name, metric in written.items():
        assert metric.documentation.endswith("."), name
        assert metric.type in ("gauge", "counter", "histogram"), name
        assert not UNITS.search(name), name
        if metric.type == "counter":
            assert {one.name for one in metric.samples} == {f"{name}_total"}
        else:
            assert not name.endswith(("_total", "_sum", "_bucket")), name


def test_flowers_own_and_ours_are_there(
    redis: Redis, redis_server: RedisServer, tmp_path: Path
) -> None:
    with collecting(redis_server.url, tmp_path) as everything:
        written = everything.written().decode()

    assert "\npython_info{" in written  # of the process, as in Flower's own
    assert "\nclosedwon_up 1.0\n" in written


def test_without_redis_flowers_own_still_comes(tmp_path: Path) -> None:
    with collecting(f"redis://127.0.0.1:{free_port()}/0", tmp_path) as everything:
        written = everything.written()

    assert b"\npython_info{" in written
    assert {name: one.samples[0].value for name, one in ours(written).items()} == {
        "closedwon_up": 0.0
    }


def test_where_accounts_are_and_how_long(metrics: Scrape, desk: Desk, redis: Redis) -> None:
    desk.ledger.open([Order(A, "changed"), Order(B, "changed")])
    desk.take(B, "qualification")
    an_hour_earlier(redis, B)

    ages = metrics.of("closedwon_under_way_oldest_age_seconds")

    assert metrics.of("closedwon_rows") == {
        **dict.fromkeys(("retrying", "waiting", "synced", "skipped", "dead"), 0.0),
        "queued": 1.0,
        "running": 1.0,
    }
    assert metrics.of("closedwon_queue_messages")["ingest"] == 1.0
    assert ages.keys() == {"moving"}
    assert 3600 <= ages["moving"] < 3660


def test_the_oldest_may_be_due_last(metrics: Scrape, desk: Desk, redis: Redis) -> None:
    others = [f"001{number:012}AAA" for number in range(100, 130)]
    desk.ledger.open([Order(A, "changed")])
    an_hour_earlier(redis, A)
    desk.ledger.open([Order(account, "changed") for account in others])
    desk.ledger.retry(desk.take(A, "upsert"), 60.0, counter="throttled", letter=REFUSED)

    ages = metrics.of("closedwon_under_way_oldest_age_seconds")

    assert 3600 <= ages["moving"] < 3660


def test_who_waits_for_a_parent_hides_nobody(metrics: Scrape, desk: Desk, redis: Redis) -> None:
    desk.wait_for_parent(B, A)
    an_hour_earlier(redis, B)

    ages = metrics.of("closedwon_under_way_oldest_age_seconds")

    assert ages["moving"] < 60
    assert 3600 <= ages["waiting"] < 3660


def test_letters_by_cause_with_the_oldest_and_those_on_trial(
    metrics: Scrape, desk: Desk, redis: Redis
) -> None:
    for account, letter in ((A, REFUSED), (B, REFUSED), (C, Letter("RecordLocked", "Busy."))):
        desk.ledger.dead(desk.open_and_take(account, "upsert"), letter)
    redis.zincrby("cw:letters:RecordRejected", -7_200_000, A)

    desk.ledger.requeue([C], ANN)

    assert metrics.of("closedwon_dead_letters") == {"RecordRejected": 2.0}
    assert metrics.of("closedwon_dead_letters_on_trial") == {"": 1.0}
    ages = metrics.of("closedwon_dead_letter_oldest_age_seconds")
    assert 7200 <= ages["RecordRejected"] < 7260


def test_the_lag_is_a_histogram_that_only_grows(metrics: Scrape, desk: Desk, redis: Redis) -> None:
    heard = f"{int(time.time()) - 45}.{ACCOUNTS}"
    desk.ledger.open([Order(A, "Account UPDATE", heard=heard)])
    desk.finish(A, "17")
    [bucket] = redis.hkeys(f"cw:lag:total:{ACCOUNTS}")
    redis.hincrby(f"cw:lag:total:{ACCOUNTS}", "0", 2)  # 1 ms

    samples = lag(metrics, ACCOUNTS)

    by_bound = {one.labels["le"]: one.value for one in samples if one.name.endswith("_bucket")}
    assert list(by_bound) == [
        *("1.0", "2.0", "5.0", "10.0", "20.0", "30.0", "60.0", "120.0", "300.0", "600.0"),
        *("1800.0", "3600.0", "21600.0", "86400.0", "+Inf"),
    ]
    assert list(by_bound.values()) == 6 * [2.0] + 9 * [3.0]
    values = {one.name: one.value for one in samples if "le" not in one.labels}
    assert values["closedwon_lag_seconds_count"] == 3.0
    assert values["closedwon_lag_seconds_sum"] == pytest.approx(middle(int(str(bucket))), abs=0.01)


def test_services_as_they_stand(metrics: Scrape, redis: Redis) -> None:
    limit: dict[Any, Any] = {"allowed": 3, "refused_at": 10**15, "creep_ms": 1000, "refusals": 9}
    redis.hset("cw:netsuite:limit", mapping=limit)
    redis.hset("cw:salesforce:usage", mapping={"used": 18, "limit": 15000, "at": 1795000000})
    Pauses(redis).begin("netsuite", "down", "netsuite")

    values = metrics.values()

    assert values["closedwon_netsuite_slots_configured"] == {"": 4.0}
    assert values["closedwon_netsuite_slots_allowed"] == {"": 3.0}
    assert values["closedwon_netsuite_slots_in_use"] == {"": 0.0}
    assert values["closedwon_netsuite_calls_waiting"] == {"": 0.0}
    assert values["closedwon_netsuite_refusals"] == {"": 9.0}
    assert values["closedwon_salesforce_api_calls"] == {"": 18.0}
    assert values["closedwon_salesforce_api_calls_limit"] == {"": 15000.0}
    assert values["closedwon_paused"] == {
        "flow": 0.0,
        "credentials": 0.0,
        "salesforce": 0.0,
        "netsuite": 1.0,
    }


def test_the_routine_and_what_others_have_not_read(metrics: Scrape, redis: Redis) -> None:
    passes = Passes(redis)
    passes.ask(Pass(f"gap:{ACCOUNTS}", "the cursor is lost", ("modified:Account",), 1795000000))
    passes.ask(Pass("sweep", "it is time", ("modified:Account",)))
    redis.xadd(STREAM, {"account": A})
    redis.delete(f"cw:listener:{OPPORTUNITIES}")
    with redis.pipeline() as pipeline:
        note_sent(pipeline, "webhook", Message("test", "", "A test", "", 0.0))
        note_failed(pipeline, "email")
        pipeline.execute()

    values = metrics.values()

    assert 0 <= values["closedwon_sweeper_age_seconds"][""] < 60
    assert values["closedwon_passes_open"] == {"": 2.0}
    assert values["closedwon_gaps_open"] == {"": 1.0}
    assert values["closedwon_hand_off_messages"] == {"": 1.0}
    assert values["closedwon_channel_heard"] == {ACCOUNTS: 1.0, OPPORTUNITIES: 0.0}
    assert values["closedwon_notifications_sent"] == {"webhook": 1.0, "email": 0.0}
    assert values["closedwon_notifications_failed"] == {"webhook": 0.0, "email": 1.0}


def test_what_never_happened_has_no_age(metrics: Scrape, redis: Redis) -> None:
    redis.delete("cw:swept")

    written = metrics.all()

    assert "closedwon_sweeper_age_seconds" not in written
    assert "closedwon_salesforce_api_calls" not in written


def an_hour_earlier(redis: Redis, account: str) -> None:
    """It has been under way an hour longer."""
    for key in ("cw:opened", "cw:opened:waiting"):
        if redis.zscore(key, account) is not None:
            redis.zincrby(key, -3_600_000, account)


def lag(metrics: Scrape, channel: str) -> list[Sample]:
    samples = metrics.all()["closedwon_lag_seconds"].samples
    return [one for one in samples if one.labels["channel"] == channel]
