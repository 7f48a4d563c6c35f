"""What `closedwon flow status` tells of NetSuite's slots."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from redis import Redis

from app.netsuite.governor import Governor
from tests.eventually import eventually
from tests.integration.commands import Command
from tests.integration.slot_users import PACE
from workers.redis_server import RedisServer


@pytest.fixture
def governor(redis: Redis, redis_server: RedisServer) -> Iterator[Governor]:
    """Of four slots, which come back slowly when NetSuite has refused."""
    own = Redis.from_url(redis_server.url, decode_responses=True)
    governor = Governor(own, 4, 30.0, replace(PACE, creep=600.0))
    yield governor
    governor.close()


def test_the_status_tells_who_has_slots_and_warns_of_refusals(
    governor: Governor, command: Command
) -> None:
    with governor.slot():
        eventually(lambda: governor.state().in_use == 1)
        governor.refused(45.0)

        told = command.json("flow", "status", NETSUITE_CONCURRENCY="4")
        said = command.run("flow", "status", NETSUITE_CONCURRENCY="4", COLUMNS="300").stdout

    slots = told["netsuite_slots"]
    [(name, process)] = slots["processes"].items()
    assert (slots["in_use"], slots["allowed"], slots["configured"]) == (1, 1, 4)
    assert (slots["waiting"], slots["refusals"]) == (0, 1)
    assert slots["refused_seconds_ago"] < 60
    assert 0 < slots["rest_seconds"] <= 45
    assert process == {"granted": 1, "in_use": 1, "waiting": 0}
    assert f"NetSuite slots in use: 1 of 1; granted to {name.rpartition(':')[0]}: 1" in said
    assert "WARNING: NetSuite refuses requests for their number" in said
    assert "1 of 4 slots are used until it stops; it asks for a rest of" in said


def test_nobody_who_calls_netsuite_is_nothing_to_warn_of(command: Command) -> None:
    told = command.json("flow", "status", NETSUITE_CONCURRENCY="4")

    assert told["netsuite_slots"] == {
        "in_use": 0,
        "allowed": 4,
        "configured": 4,
        "waiting": 0,
        "rest_seconds": 0,
        "refused_seconds_ago": None,
        "refusals": 0,
        "processes": {},
    }
    assert "refuses requests" not in " ".join(told["warnings"])
