"""Notifications and metrics at Flower's addresses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from app.audit import Audit
from app.errors import ServiceUnavailable
from app.notifications.history import note_refused
from app.notifications.message import Message
from app.notifications.watch import Watch
from app.pauses import Pauses
from tests.integration.notifications.postroom import OPS, Hook, Letterbox, hooked, letterbox
from tests.integration.notifications.telling import by_mail, calm, settings
from tests.integration.pages import API, FlowerServer, serving
from workers.redis_server import RedisServer

TOKEN = "a-token-for-prometheus"


@dataclass(frozen=True)
class Place:
    """A Flower below a prefix, with who is told by it."""

    flower: FlowerServer
    hook: Hook
    box: Letterbox


@pytest.fixture(scope="module")
def place(
    clouds: Mapping[str, str],
    redis_server: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Place]:
    directory = tmp_path_factory.mktemp("flower")
    with hooked() as hook, letterbox("plain", directory) as box:
        given = {name.upper(): str(value) for name, value in by_mail(box).items()}
        with serving(
            clouds,
            redis_server.url,
            directory,
            NOTIFY_WEBHOOK_URL=hook.url,
            FLOWER_METRICS_TOKEN=TOKEN,
            FLOWER_URL_PREFIX="flower",
            **given,
        ) as flower:
            yield Place(flower, hook, box)


@pytest.fixture(autouse=True)
def calm_redis(redis: Redis, place: Place) -> None:
    calm(redis)
    place.hook.received.clear()
    place.hook.status = 200
    place.box.mails.clear()


def test_who_is_told_and_what_was_told_lately(place: Place, redis: Redis, tmp_path: Path) -> None:
    Pauses(redis).service_down(ServiceUnavailable("Down.", service="netsuite"), 15.0)
    Watch(redis, settings(tmp_path, notify_webhook_url=place.hook.url)).look()

    told = place.flower.operator.get(f"{API}/notifications").raise_for_status().json()

    assert (told["webhook"], told["email"]) == (True, [OPS])
    assert {"event": "lag", "words": "Changes take longer than the limit."} in told["events"]
    recent = told["recent"][-1]
    assert (recent["event"], recent["to"][-1]) == ("service_down", "webhook")
    assert recent["words"].startswith("NetSuite is down. Since ")
    assert "T0KEN" not in str(told)


def test_what_was_refused_lately_is_shown_with_why(place: Place, redis: Redis) -> None:
    with redis.pipeline() as pipeline:
        note_refused(pipeline, "email", Message("lag", "", "A lag", "", 1.0), "It is not wanted.")
        pipeline.execute()

    told = place.flower.operator.get(f"{API}/notifications").raise_for_status().json()

    refused = {"to": [], "refused": {"email": "It is not wanted."}}
    assert told["recent"][-1] == {"event": "lag", "at": 1.0, "words": "A lag."} | refused


def test_an_admin_tries_both_ways(place: Place, redis: Redis) -> None:
    place.hook.status = 404

    answer = place.flower.admin.post(f"{API}/notifications/test", json={"why": "new address"})

    assert answer.raise_for_status().json() == {
        "webhook": "The webhook refused the message (HTTP 404): is NOTIFY_WEBHOOK_URL right?",
        "email": f"The mail server took the message for {OPS}.",
    }
    [entry] = Audit(redis).entries().entries
    assert (entry.who, entry.what, entry.why) == ("ada", "notification test", "new address")
    assert len(place.box.mails) == 1


def test_an_operator_tries_nothing(place: Place) -> None:
    answer = place.flower.operator.post(f"{API}/notifications/test", json={})

    assert answer.status_code == 403
    assert (place.hook.received, place.box.mails) == ([], [])


@pytest.mark.parametrize("authorization", ["", "Bearer another", f"Basic {TOKEN}", "Bearer"])
def test_metrics_want_a_login_or_the_token(place: Place, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}

    answer = place.flower.stranger.get("/metrics", headers=headers)

    assert answer.status_code == 401
    assert "closedwon_" not in answer.text


def test_metrics_are_flowers_and_ours(place: Place, redis: Redis) -> None:
    scraped = place.flower.stranger.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    seen = place.flower.operator.get("/metrics")

    found = {one.name: one for one in text_string_to_metric_families(scraped.text)}

    assert scraped.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert found["closedwon_up"].samples[0].value == 1
    assert "flower_events" in found
    assert seen.raise_for_status().text.startswith(scraped.text[:40])


def test_the_webhooks_address_is_in_no_log(place: Place) -> None:
    place.flower.admin.post(f"{API}/notifications/test", json={}).raise_for_status()

    said = place.flower.said()

    assert place.hook.received
    assert "T0KEN" not in said
