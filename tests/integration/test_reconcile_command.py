"""`closedwon reconcile`, as a person runs it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from redis import Redis

from app.errors import AuthenticationFailed
from tests.integration.commands import Command
from tests.integration.reconciling import OLDER, Bench


def everything(redis: Redis) -> dict[str, Any]:
    """All that Redis holds, save what was heard of API calls."""
    keys = sorted(str(key) for key in redis.scan_iter("*"))
    return {key: redis.dump(key) for key in keys if key != "cw:salesforce:usage"}


def at(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def test_it_opens_what_was_missed_and_tells_why(bench: Bench, command: Command) -> None:
    missed, known = (bench.scene.save_account(name) for name in ("Missed", "Known"))
    bench.sync(missed, ago=OLDER)
    bench.sync(known)

    done = command.run("reconcile")

    assert done.returncode == 0, done.stderr
    opened, told = done.stdout.splitlines()
    assert opened == f"opened {missed}  {bench.why(missed)}"
    assert told == "2 records read, 1 account opened, 2 API calls used."
    assert bench.state(missed) == "queued"
    assert bench.services.passes.all() == []


def test_it_goes_on_where_the_last_one_ended(bench: Bench, command: Command) -> None:
    stamp = bench.stamp(bench.scene.save_account())

    command.run("reconcile")
    bench.scene.redis.hincrby("cw:watermarks", "Account", 700)
    later = command.json("reconcile")

    assert bench.services.passes.watermarks()["Account"] == stamp + 700
    assert later["read"] == 0


@pytest.mark.parametrize("ago", ["90m", "6h", "3d"])
def test_since_may_be_how_long_ago(bench: Bench, command: Command, ago: str) -> None:
    account = bench.scene.save_account()

    told = command.json("reconcile", "--since", ago)

    assert [row["account"] for row in told["opened"]] == [account]


def test_since_may_be_a_moment_and_a_hole_behind_it_leaves_the_watermark(
    bench: Bench, command: Command
) -> None:
    account = bench.scene.save_account()
    stamp = bench.stamp(account)
    bench.scene.redis.hset("cw:watermarks", "Account", stamp - 5000)

    told = command.json("reconcile", "--since", at(stamp))
    with_a_hole = bench.services.passes.watermarks()
    command.json("reconcile", "--since", at(stamp - 6000))

    assert [row["account"] for row in told["opened"]] == [account]
    assert with_a_hole == {"Account": stamp - 5000}
    assert bench.services.passes.watermarks() == {"Account": stamp}


@pytest.mark.parametrize("since", ["yesterday", "", "3w", "2026-13-01", "2999-01-01", "1960-01-01"])
def test_another_time_is_a_matter_of_usage(bench: Bench, command: Command, since: str) -> None:
    done = command.run("reconcile", "--since", since)

    assert done.returncode == 2
    assert "--since" in done.stderr


def test_a_dry_run_changes_nothing(bench: Bench, command: Command, redis: Redis) -> None:
    missed, gone = (bench.scene.save_account(name) for name in ("Missed", "Gone"))
    unknown = bench.scene.save_account("Won")
    bench.scene.save_opportunity(unknown, "Closed Won")
    bench.sync(missed, ago=OLDER)
    bench.sync(gone)
    bench.scene.simulator.post(f"records/{gone}/hard-delete")
    before = everything(redis)

    told = command.json("reconcile", "--full", "--dry-run")

    assert everything(redis) == before
    assert told["dry_run"]
    assert {row["account"]: row["reason"] for row in told["opened"]} == {
        missed: f"reconciled: changed {at(bench.stamp(missed))[:19].replace('T', ' ')}",
        unknown: f"reconciled: changed {at(bench.stamp(unknown))[:19].replace('T', ' ')}",
        gone: "reconciled: gone from Salesforce",
    }


def test_a_full_one_compares_all(bench: Bench, command: Command) -> None:
    gone = bench.scene.save_account()
    bench.sync(gone)
    bench.scene.simulator.post(f"records/{gone}/hard-delete")

    done = command.run("reconcile", "--full")

    assert f"opened {gone}  reconciled: gone from Salesforce" in done.stdout
    assert bench.services.passes.watermarks()["full"] > 1_700_000_000


def test_it_says_that_the_flow_is_off(bench: Bench, command: Command) -> None:
    bench.services.pauses.begin("flow", "switched off by an admin")

    done = command.run("reconcile")

    assert done.returncode == 0
    assert "The flow is off" in done.stdout


def test_a_short_outage_is_waited_for(bench: Bench, command: Command) -> None:
    account = bench.scene.save_account()
    bench.scene.simulator.fault("queryAll", status=503, times=2)

    done = command.run("reconcile", RETRY_BACKOFF_SECONDS="0.1")

    assert done.returncode == 0
    assert f"opened {account}" in done.stdout
    assert "Salesforce is not available." in done.stderr


def test_a_long_one_is_told_in_a_sentence_and_leaves_no_pass(
    bench: Bench, command: Command
) -> None:
    bench.scene.simulator.fault("queryAll", status=503, times=None)

    done = command.run("reconcile", RETRY_BACKOFF_SECONDS="0.1", RETRY_LIMIT="2")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("closedwon: Salesforce is not available.")
    assert "Traceback" not in done.stderr
    assert bench.services.passes.all() == []


def test_a_paused_salesforce_is_told(bench: Bench, command: Command) -> None:
    refused = AuthenticationFailed("It refuses our token.", service="salesforce")
    bench.services.pauses.credentials_refused(refused, 60)

    done = command.run("reconcile", RETRY_LIMIT="0")

    assert done.returncode == 1
    assert "Salesforce is paused: since " in done.stderr
    assert "It refuses our token." in done.stderr


def test_json_is_all_that_is_printed(bench: Bench, command: Command) -> None:
    account = bench.scene.save_account()

    done = command.run("reconcile", "--json")

    assert json.loads(done.stdout) == {
        "read": 1,
        "opened": [{"account": account, "reason": bench.why(account)}],
        "calls": 2,
        "over": True,
        "dry_run": False,
    }


def test_it_is_audited_unless_it_only_looks(bench: Bench, command: Command) -> None:
    command.run("reconcile", "--dry-run")
    looked = bench.services.audit.entries().entries
    command.run("reconcile", "--since", "2026-01-31", "--reason", "a bulk load")

    [entry] = bench.services.audit.entries().entries
    assert looked == []
    assert (entry.what, entry.why) == ("reconcile", "a bulk load")
    assert entry.after.endswith("; since 2026-01-31 00:00:00 UTC")
