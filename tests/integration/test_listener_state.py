"""What a channel says of itself, when more than one listener has something to say."""

import logging

import pytest
from redis import Redis

from tests.integration.listening import ACCOUNTS, QUICK, Scene
from workers.channel_state import ChannelState
from workers.listener import Listener

CHANNEL = "/data/AccountChangeEvent"
KEY = f"cw:listener:{CHANNEL}"


def test_a_second_listener_that_fails_does_not_hide_one_that_listens(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    with scene.listening(salesforce_channels=(ACCOUNTS,)):
        scene.opened([scene.save_account()])
        services = scene.services(salesforce_username="nobody@closedwon.example")

        exit_code = Listener(services, QUICK).run()

        services.salesforce.close()
        services.redis.close()
        assert exit_code == 1
        assert any(record.levelno == logging.CRITICAL for record in caplog.records)
        assert scene.state()["state"] == "listening"
        assert "connected_since" in scene.state()


def test_who_listens_is_shown_whoever_else_says_what(redis: Redis) -> None:
    live, failing = ChannelState(redis, CHANNEL), ChannelState(redis, CHANNEL)

    said = []
    for state, words in ((failing, "again in 1 s"), (live, ""), (failing, "stopped: no key")):
        state.say(words) if words else state.connected()
        said.append(redis.hget(KEY, "state"))

    assert said == ["again in 1 s", "listening", "listening"]


def test_who_ends_is_replaced_by_the_next(redis: Redis) -> None:
    first, second = ChannelState(redis, CHANNEL), ChannelState(redis, CHANNEL)
    first.connected()

    first.disconnected()
    first.say("ended")
    second.say("again in 1 s")

    assert redis.hget(KEY, "state") == "again in 1 s"
