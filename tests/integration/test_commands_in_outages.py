"""Commands that a person looks on at, while a service is down and no beat probes it."""

import pytest

from app.errors import ServiceDown
from app.pauses import Pauses
from tests.eventually import eventually
from tests.integration.looking import Town
from workers.cli.foreground import persistently

SOON = {"OUTAGE_PROBE_SECONDS": "1", "RETRY_BACKOFF_SECONDS": "0.1"}


@pytest.mark.parametrize(
    ("words", "service", "said"),
    [
        (("fit",), "netsuite", "2 Accounts that qualify"),
        (("drift",), "netsuite", "1 linked Account compared, 0 differ."),
        (("reconcile", "--full"), "salesforce", "2 accounts opened"),
    ],
)
def test_an_outage_is_outlasted_and_the_pause_ends(
    town: Town, words: tuple[str, ...], service: str, said: str
) -> None:
    town.synced("Acme")
    town.won("New")
    cloud = town.finance if service == "netsuite" else town.scene.people
    outage = cloud.fault(call="*", status=503, times=None)

    with town.command.running(*words, **SOON) as process:
        eventually(lambda: town.scene.redis.exists(f"cw:probe:{service}"), "a probe")
        cloud.forgive(outage)
        printed, complained = process.communicate(timeout=30)

    assert (process.returncode, Pauses(town.scene.redis).all()) == (0, {}), complained
    assert said in printed


def test_an_outage_that_lasts_is_told_and_ends_the_command(town: Town) -> None:
    services = town.scene.services(retry_backoff_seconds=0.01)
    said: list[str] = []

    def call() -> None:
        raise ServiceDown("NetSuite is down: the flow waits for it.", service="netsuite")

    with pytest.raises(ServiceDown):
        persistently(services, call, said.append, outage_seconds=0.2)
    services.close()

    assert said == ["NetSuite is down: the flow waits for it. It is tried again."]


def test_a_service_that_is_down_is_tried_more_often_than_one_that_fails(town: Town) -> None:
    services = town.scene.services(retry_limit=0, retry_backoff_seconds=0.01)
    failures = [ServiceDown("It is down.", service="netsuite")] * 5

    def call() -> str:
        if failures:
            raise failures.pop()
        return "done"

    became = persistently(services, call, lambda words: None)
    services.close()

    assert became == "done"
