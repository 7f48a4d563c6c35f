"""What an operator is told while something is paused."""

import pytest
from redis import Redis

from app.errors import AuthenticationFailed, ServiceUnavailable
from app.pauses import Pauses
from tests.integration.commands import Command
from tests.integration.listening import Scene

REFUSED = AuthenticationFailed(
    "NetSuite refuses the credentials: check NETSUITE_CLIENT_ID.",
    service="netsuite",
    service_words="400 invalid_client: No certificate is registered.",
)
DOWN = ServiceUnavailable(
    "NetSuite is not available.",
    service="netsuite",
    service_words="503 <html><body><h1>Closed</h1>\n</body></html>",
)


@pytest.fixture
def pauses(redis: Redis) -> Pauses:
    return Pauses(redis)


def test_refused_credentials_are_the_first_that_status_tells(
    command: Command, pauses: Pauses
) -> None:
    pauses.service_down(DOWN, 15)
    pauses.credentials_refused(REFUSED, 60)

    lines = command.run("flow", "status").stdout.splitlines()
    paused = command.json("flow", "status")["paused"]

    assert lines[0].startswith("THE FLOW STANDS STILL: our credentials are refused since 20")
    for words in (str(REFUSED), REFUSED.service_words, "closedwon check", "every 60 s"):
        assert words in lines[0]
    assert lines[1] == "The flow is on."
    assert lines[2].startswith("  paused: netsuite: since 20")
    assert list(paused) == ["credentials", "netsuite"]


def test_an_outage_is_told_with_its_error_and_what_happens_next(
    command: Command, pauses: Pauses
) -> None:
    pauses.service_down(DOWN, 15)

    told = command.json("flow", "status")["paused"]["netsuite"]

    assert told.startswith("since 20")
    assert told.endswith(
        " UTC: NetSuite is not available. (503 Closed) One probe tries every 15 s; once it "
        "succeeds, all goes on by itself."
    )


def test_who_asks_for_a_sync_is_told_what_it_waits_for(
    command: Command, scene: Scene, pauses: Pauses
) -> None:
    account = scene.save_account()
    pauses.service_down(DOWN, 15)
    pauses.credentials_refused(REFUSED, 60)

    said = command.run("sync", account).stdout
    why = command.run("why", account).stdout

    assert "They wait; paused: credentials: since 20" in said
    assert "They wait; paused: netsuite: since 20" in said
    assert "paused: credentials: since 20" in why
