"""What keeps a pass from going on, and who is told."""

import logging

import pytest
from redis import Redis

from app.passes import Pass
from tests.integration.reconciling import Bench

GAP = "gap:/data/AccountChangeEvent"
ACCOUNTS = ("modified:Account",)


def names(bench: Bench) -> set[str]:
    return {found.name for found in bench.services.passes.all()}


def test_nothing_is_read_while_salesforce_is_paused_and_all_is_while_the_flow_is_off(
    bench: Bench,
) -> None:
    account = bench.scene.save_account()
    bench.ask(steps=ACCOUNTS)
    bench.services.pauses.begin("salesforce", "its credentials were refused")
    bench.services.pauses.begin("flow", "switched off by an admin")
    bench.calls()

    first = bench.reconciler.step()
    calls = bench.calls()
    bench.services.pauses.end("salesforce")
    bench.reconciler.step()

    assert (first.pages, calls) == (0, [])
    assert bench.state(account) == "queued"


def test_an_outage_lets_the_pass_where_it_is(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    account = bench.scene.save_account()
    bench.ask(GAP, ACCOUNTS)
    bench.scene.simulator.fault("queryAll", status=503, times=2)

    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            bench.reconciler.step()
    [troubled] = bench.services.passes.all()
    bench.reconciler.step()

    assert troubled.trouble.startswith("Salesforce is not available.")
    assert caplog.text.count("does not go on") == 1
    assert bench.state(account) == "queued"
    assert names(bench) == set()


def test_a_pass_in_trouble_comes_after_the_others(bench: Bench) -> None:
    account = bench.scene.save_account()
    bench.ask("full", ("qualifying",))
    bench.ask(GAP, ACCOUNTS)
    bench.scene.simulator.fault("query", status=503, times=None)

    first, second = bench.reconciler.step(seconds=0), bench.reconciler.step(seconds=0)

    assert (first.pages, first.more) == (0, False)
    assert (second.pages, second.more) == (1, True)
    assert bench.state(account) == "queued"


def test_what_salesforce_refuses_rests_and_is_told_while_others_go_on(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    account = bench.scene.save_account()
    bench.ask("full", ("qualifying",), where="Nonsense = 1")
    bench.ask(GAP, ACCOUNTS)

    with caplog.at_level(logging.ERROR):
        bench.reconciler.step()
    bench.calls()
    again = bench.reconciler.step()

    [refused] = bench.services.passes.all()
    assert "No such column 'Nonsense'" in refused.trouble
    assert "full (a test wants it) does not go on" in caplog.text
    assert bench.state(account) == "queued"
    assert (again.pages, bench.calls()) == (0, [])


def test_refused_credentials_pause_the_flow(bench: Bench) -> None:
    bench.ask(GAP, ACCOUNTS)
    bench.scene.simulator.fault("queryAll", status=401, code="INVALID_SESSION_ID", times=None)

    bench.reconciler.step()

    paused = bench.services.pauses.current()
    assert list(paused) == ["credentials"]
    assert paused["credentials"].service == "salesforce"
    assert names(bench) == {GAP}


def test_a_step_of_another_version_is_told(bench: Bench) -> None:
    bench.ask(GAP, ("palmistry",))

    bench.reconciler.step()

    [refused] = bench.services.passes.all()
    assert "No step is called palmistry" in refused.trouble


def test_what_another_version_has_stored_goes_on_nonetheless(bench: Bench, redis: Redis) -> None:
    account = bench.scene.save_account()
    stored = Pass(GAP, "an update", ACCOUNTS).stored()
    redis.hset("cw:passes", GAP, stored.replace("{", '{"mood": "good", ', 1))

    bench.reconciler.step()

    assert bench.state(account) == "queued"
    assert names(bench) == set()
