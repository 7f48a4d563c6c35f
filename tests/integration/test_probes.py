"""The probes: one call at a time finds out whether what is paused may go on."""

import threading
from functools import partial

import pytest
from redis import Redis

from app.errors import (
    AuthenticationFailed,
    PermanentError,
    RateLimited,
    ServiceUnavailable,
    SyncError,
)
from app.pauses import Pauses
from app.probes import Probe, Probes
from app.transport import seconds_left
from tests.eventually import eventually

HOUR = 3600.0
SHORT = 0.001
DOWN = ServiceUnavailable("It is down.", service="netsuite")
REFUSED = AuthenticationFailed("It refuses our token.", service="netsuite")


class Clouds:
    """Two services whose answers a test chooses, and what was asked of them."""

    def __init__(self, redis: Redis, apart: float = SHORT) -> None:
        self.pauses = Pauses(redis)
        self.asked: list[str] = []
        self.fails: dict[str, SyncError] = {}
        """What was asked → how it fails."""
        services = {
            name: Probe(partial(self._ask, f"{name} login"), partial(self._ask, name))
            for name in ("salesforce", "netsuite")
        }
        self.probes = Probes(redis, services, apart, apart)

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if what in self.fails:
            raise self.fails[what]


@pytest.fixture
def clouds(redis: Redis) -> Clouds:
    return Clouds(redis)


def test_nothing_is_asked_while_nothing_is_paused(clouds: Clouds) -> None:
    clouds.pauses.begin("flow", "switched off")

    ended = clouds.probes.run()

    assert (ended, clouds.asked) == ([], [])
    assert list(clouds.pauses.all()) == ["flow"]


@pytest.mark.parametrize("service", ["salesforce", "netsuite"])
def test_a_service_that_answers_goes_on(clouds: Clouds, service: str) -> None:
    clouds.pauses.service_down(ServiceUnavailable("down", service=service), 15)

    ended = clouds.probes.run()

    assert (ended, clouds.asked) == ([service], [service])
    assert clouds.pauses.all() == {}


def test_a_service_that_is_down_stays_paused_with_its_newest_words(clouds: Clouds) -> None:
    clouds.pauses.service_down(ServiceUnavailable("503.", service="netsuite"), 15)
    before = clouds.pauses.get("netsuite")
    clouds.fails["netsuite"] = ServiceUnavailable("Cannot be reached.", service="netsuite")

    ended = clouds.probes.run()

    after = clouds.pauses.get("netsuite")
    assert ended == []
    assert before
    assert after
    assert after.since == before.since
    assert after.words.startswith("Cannot be reached.")


def test_a_limit_does_not_tell_whether_the_service_is_up(clouds: Clouds) -> None:
    clouds.pauses.service_down(DOWN, 15)
    clouds.fails["netsuite"] = RateLimited("No slot.", service="netsuite")

    ended = clouds.probes.run()

    assert ended == []


def test_a_service_that_refuses_by_a_limit_is_not_down(clouds: Clouds) -> None:
    clouds.pauses.service_down(DOWN, 15)
    clouds.fails["netsuite"] = RateLimited("Too many.", service="netsuite", service_words="429")

    ended = clouds.probes.run()

    assert ended == ["netsuite"]


def test_a_service_that_refuses_the_probe_is_not_down(clouds: Clouds) -> None:
    clouds.pauses.service_down(DOWN, 15)
    clouds.fails["netsuite"] = PermanentError("no permission", service="netsuite")

    ended = clouds.probes.run()

    assert ended == ["netsuite"]


def test_a_service_that_comes_back_without_knowing_us_pauses_the_flow(clouds: Clouds) -> None:
    clouds.pauses.service_down(DOWN, 15)
    clouds.fails["netsuite"] = REFUSED

    ended = clouds.probes.run()

    assert ended == ["netsuite"]
    assert list(clouds.pauses.all()) == ["credentials"]


@pytest.mark.parametrize("what", ["netsuite login", "netsuite"])
def test_refused_credentials_pause_until_login_and_call_pass(clouds: Clouds, what: str) -> None:
    clouds.pauses.credentials_refused(REFUSED, 60)
    clouds.fails[what] = REFUSED
    first = clouds.probes.run()

    clouds.fails.clear()
    clouds.asked.clear()
    later: list[str] = []
    while not later:
        later = clouds.probes.run()

    assert (first, later) == ([], ["credentials"])
    assert clouds.asked[-2:] == ["netsuite login", "netsuite"]
    assert clouds.pauses.all() == {}


def test_of_many_who_would_probe_at_a_time_one_does(redis: Redis) -> None:
    clouds = Clouds(redis, apart=HOUR)
    clouds.pauses.service_down(DOWN, 15)
    clouds.fails["netsuite"] = DOWN
    others = [threading.Thread(target=clouds.probes.run) for _ in range(8)]

    for other in others:
        other.start()
    for other in others:
        other.join()

    assert clouds.asked == ["netsuite"]


def test_a_probe_waits_for_ten_seconds_at_most(redis: Redis) -> None:
    allowed: list[float] = []
    probe = Probe(lambda: None, lambda: allowed.append(seconds_left(HOUR)))
    pauses = Pauses(redis)
    pauses.service_down(DOWN, 15)

    Probes(redis, {"netsuite": probe}, SHORT, SHORT).run()

    assert allowed
    assert 5 < allowed[0] <= 10


@pytest.mark.parametrize(
    ("failure", "is_down"),
    [
        (DOWN, True),
        (PermanentError("no permission", service="netsuite"), False),
        (ServiceUnavailable("down", service="salesforce"), False),
    ],
)
def test_a_silent_service_is_paused_if_it_does_not_answer_a_probe(
    clouds: Clouds, failure: SyncError, is_down: bool
) -> None:
    clouds.fails["netsuite"] = failure

    found = clouds.probes.suspect("netsuite")

    assert found == is_down
    assert ("netsuite" in clouds.pauses.all()) == is_down


def test_a_silent_service_that_answers_a_probe_is_not_paused(clouds: Clouds) -> None:
    found = clouds.probes.suspect("netsuite")

    assert (found, clouds.asked, clouds.pauses.all()) == (False, ["netsuite"], {})


def test_while_a_probe_is_under_way_nobody_else_asks(redis: Redis) -> None:
    clouds = Clouds(redis, apart=SHORT)
    inside: list[int] = []
    probe = Probe(lambda: None, lambda: inside.append(redis.pttl("cw:probe:netsuite")))

    Probes(redis, {"netsuite": probe}, SHORT, SHORT).suspect("netsuite")

    assert inside[0] > 10_000, "longer than a probe may take"
    assert eventually(lambda: clouds.probes.suspect("netsuite") or clouds.asked, "its turn to end")


def test_of_many_who_suspect_a_service_one_asks(redis: Redis) -> None:
    clouds = Clouds(redis, apart=HOUR)

    found = [clouds.probes.suspect("netsuite") for _ in range(3)]

    assert (found, clouds.asked) == ([False] * 3, ["netsuite"])
