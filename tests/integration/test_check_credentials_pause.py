"""`closedwon check` sets the flow going again once a login passes that was refused."""

import httpx
import pytest
from redis import Redis

from app.audit import Audit
from app.pauses import Pauses
from tests.integration.commands import Command
from tests.integration.findings import by_name


@pytest.fixture
def pauses(redis: Redis) -> Pauses:
    return Pauses(redis)


@pytest.mark.parametrize("service", ["salesforce", "netsuite"])
def test_a_login_that_passes_ends_the_pause_and_says_so(
    command: Command, pauses: Pauses, redis: Redis, service: str
) -> None:
    pauses.begin("credentials", "It refuses.", service)

    findings = by_name(command.json("check"))

    assert findings["Credentials"]["found"].startswith("the flow goes on; it was paused since ")
    assert pauses.all() == {}
    [entry] = Audit(redis).entries(what="check").entries
    assert entry.who.endswith(" (command)")
    assert (entry.before, entry.after) == (f"credentials: {service} refused us", "on")


@pytest.mark.parametrize(
    ("service", "setting"),
    [("salesforce", "SALESFORCE_CLIENT_ID"), ("netsuite", "NETSUITE_CLIENT_ID")],
)
def test_a_login_that_is_refused_ends_nothing(
    command: Command, pauses: Pauses, service: str, setting: str
) -> None:
    pauses.begin("credentials", "It refuses.", service)

    findings = by_name(command.json("check", status=1, **{setting: "nobody"}))

    assert "Credentials" not in findings
    assert set(pauses.all()) == {"credentials"}


def test_a_login_after_which_every_call_is_refused_ends_nothing(
    command: Command, pauses: Pauses, netsuite: httpx.Client
) -> None:
    pauses.begin("credentials", "It refuses.", "netsuite")
    fault = {"call": "suiteql", "status": 401, "code": "INVALID_LOGIN", "times": None}
    netsuite.post("faults", json=fault).raise_for_status()

    findings = by_name(command.json("check", status=1))

    assert findings["NetSuite token"]["ok"]
    assert set(pauses.all()) == {"credentials"}


def test_an_admins_switch_and_an_outage_stay(command: Command, pauses: Pauses) -> None:
    pauses.begin("flow", "A freeze.")
    pauses.begin("netsuite", "It is down.", "netsuite")

    command.json("check")

    assert set(pauses.all()) == {"flow", "netsuite"}
