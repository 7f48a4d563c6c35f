"""What `closedwon flow status` tells of listeners, gaps, lag, API calls, and Customers left."""

import pytest
from redis import Redis

from app.journal import Journal
from app.passes import Pass, Passes
from app.salesforce.usage import Usage
from tests.integration.commands import Command
from tests.integration.ledger_desk import Desk

ONE, TWO = "001000000000001AAA", "001000000000002AAA"
ACCOUNTS, OPPORTUNITIES = "/data/AccountChangeEvent", "/data/OpportunityChangeEvent"
GAP = f"gap:{OPPORTUNITIES}"


def now(redis: Redis) -> int:
    return int(Journal(redis).now())


def listen(redis: Redis, channel: str, state: str = "listening") -> None:
    """As a listener shows itself that has heard this channel for two hours."""
    ms = now(redis) * 1000
    since, last = ms - 7_300_000, ms - 1_810_000
    redis.hset(
        f"cw:listener:{channel}",
        mapping={"state": state, "connected_since": since, "last_event_at": last},
    )
    redis.hset(f"cw:cursor:{channel}", mapping={"replay_id": "00ff", "at": ms - 310_000})


def ask(
    redis: Redis,
    name: str,
    age: int,
    *,
    ready: bool = True,
    trouble: str = "",
    patient: bool = False,
    rests_until: int = 0,
) -> None:
    """As a pass stands that was asked for so many seconds ago, and has come to its second step."""
    asked = Pass(
        name,
        "the cursor is lost",
        ("modified:Account", "linked"),
        since=now(redis) - age - 600,
        ready=ready,
        step=1,
        read=4000,
        opened=17,
        trouble=trouble,
        patient=patient,
        rests_until=rests_until,
        asked_at=now(redis) - age,
    )
    Passes(redis).ask(asked)


def test_an_empty_ledger_is_told_whole(command: Command) -> None:
    report = command.json("flow", "status")

    about = report["channels"][ACCOUNTS]
    assert {key for key, value in about.items() if value} == set()
    assert (report["listening"], report["standing_by"], report["passes"]) == (None, [], [])
    assert report["newest_change_read_seconds_ago"] == {}
    assert report["comparison_begun_seconds_ago"] is None
    assert report["full_comparison_seconds_ago"] is None
    assert report["salesforce_api_calls"] is None
    assert report["left_customers"] == {"count": 0, "newest": []}
    assert len(report["warnings"]) == 3


def test_each_channel_tells_its_lag_of_the_last_hour(command: Command, redis: Redis) -> None:
    listen(redis, ACCOUNTS)
    redis.hset(f"cw:lag:{ACCOUNTS}:{now(redis) // 60}", mapping={"50": 1, "80": 1})

    channels = command.json("flow", "status")["channels"]

    told = channels[ACCOUNTS]
    assert told["lag_changes"] == 2
    assert [told[f"lag_{share}_seconds"] for share in ("p50", "p95", "p99")] == [
        0.123,
        2.148,
        2.148,
    ]
    assert channels[OPPORTUNITIES]["lag_p50_seconds"] is None


def test_who_listens_and_who_stands_by(command: Command, redis: Redis) -> None:
    redis.set("cw:listening", "one.example:17:5f3a")
    redis.zadd("cw:listening:standby", {"two.example:18": now(redis), "dead.example:1": 5})

    report = command.json("flow", "status")
    said = command.run("flow", "status").stdout

    assert (report["listening"], report["standing_by"]) == ("one.example:17", ["two.example:18"])
    assert "Listening: one.example:17; standing by: two.example:18" in said


def test_an_open_gap_tells_how_far_it_is(command: Command, redis: Redis) -> None:
    ask(redis, GAP, 120)

    [told] = command.json("flow", "status")["passes"]

    assert (
        told.items()
        >= {
            "name": GAP,
            "cause": "the cursor is lost",
            "is_gap": True,
            "ready": True,
            "step": "linked",
            "step_number": 2,
            "steps": 2,
            "read": 4000,
            "opened": 17,
        }.items()
    )
    assert 120 <= told["asked_seconds_ago"] < 180


@pytest.mark.parametrize(
    ("name", "age", "warned"),
    [(GAP, 3700, True), (GAP, 3000, False), ("resync:Account", 3700, True), ("full", 9000, False)],
)
def test_a_gap_that_stays_open_for_an_hour_is_a_warning(
    command: Command, redis: Redis, name: str, age: int, warned: bool
) -> None:
    ask(redis, name, age)

    said = command.run("flow", "status").stdout

    assert (f"WARNING: {name} is open for {age // 60} min" in said) is warned


def test_what_keeps_a_pass_from_going_on_is_said(command: Command, redis: Redis) -> None:
    ask(redis, GAP, 4000, trouble="Salesforce is not available.")

    said = command.run("flow", "status", COLUMNS="100").stdout

    assert f"{GAP} is open for 66 min: Salesforce is not available." in said


def test_a_gap_whose_stream_is_not_open_asks_for_the_listener(
    command: Command, redis: Redis
) -> None:
    ask(redis, GAP, 4000, ready=False)

    warnings = command.json("flow", "status")["warnings"]

    assert f"{GAP} is open for 66 min: does `closedwon listen` run?" in warnings


@pytest.mark.parametrize(("age", "warned"), [(4000, True), (3000, False)])
def test_every_pass_that_does_not_go_on_for_an_hour_is_a_warning(
    command: Command, redis: Redis, age: int, warned: bool
) -> None:
    resting = now(redis) + 600
    ask(redis, "sweep", age, trouble="Salesforce refuses it.", rests_until=resting)
    ask(redis, "full", age, trouble="Salesforce fails.", rests_until=resting, patient=True)

    warnings = " ".join(command.json("flow", "status")["warnings"])

    assert ("sweep is open for 66 min: Salesforce refuses it." in warnings) is warned
    assert ("full is open for 66 min: Salesforce fails." in warnings) is warned


def test_a_pass_that_keeps_below_its_share_of_calls_is_no_worry(
    command: Command, redis: Redis
) -> None:
    ask(redis, "full", 9000, trouble="500 of the day's 1,000 calls are used.", patient=True)

    report = command.json("flow", "status")
    said = command.run("flow", "status", COLUMNS="200").stdout

    assert "full is open" not in " ".join(report["warnings"])
    assert report["passes"][0]["waits_for_calls"] is True
    assert "calls are used." in said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("backfill", "goes on with closedwon backfill"),
        ("reconcile", "only while its command runs; if it has ended: closedwon reconcile"),
    ],
)
def test_a_pass_of_a_command_says_which_takes_it_forward(
    command: Command, redis: Redis, name: str, words: str
) -> None:
    ask(redis, name, 9000, trouble="Salesforce refuses it.", rests_until=5)

    report = command.json("flow", "status")
    said = command.run("flow", "status", COLUMNS="300").stdout

    assert report["passes"][0]["goes_on_with"] == f"closedwon {name}"
    assert f"{name} is open" not in " ".join(report["warnings"])
    assert words in said


def test_when_it_was_reconciled_last_is_told_in_a_quiet_org_too(
    command: Command, redis: Redis
) -> None:
    redis.hset("cw:begun", "sweep", now(redis) - 300)
    redis.hset("cw:watermarks", "Account", now(redis) - 7 * 86400)

    report = command.json("flow", "status")
    said = command.run("flow", "status").stdout
    ask(redis, "sweep", 300)
    again = command.run("flow", "status").stdout

    assert 300 <= report["comparison_begun_seconds_ago"] < 360
    assert "Last reconciled: 5 min ago; last full comparison: never" in said
    assert "Newest change that was read: Account 7 d ago" in said
    assert "Reconciling: begun 5 min ago" in again


def test_watermarks_tell_how_old_they_are(command: Command, redis: Redis) -> None:
    for name, age in (("Account", 300), ("Opportunity", 600), ("full", 18_000)):
        redis.hset("cw:watermarks", name, now(redis) - age)

    report = command.json("flow", "status")
    said = command.run("flow", "status").stdout

    ages = report["newest_change_read_seconds_ago"]
    assert 300 <= ages["Account"] < 360
    assert 600 <= ages["Opportunity"] < 660
    assert 18_000 <= report["full_comparison_seconds_ago"] < 18_060
    assert "Newest change that was read: Account 5 min ago, Opportunity 10 min ago" in said
    assert "last full comparison: 5 h ago" in said


@pytest.mark.parametrize(("used", "warned"), [(900, False), (901, True), (1200, True)])
def test_api_calls_that_run_short_are_a_warning(
    command: Command, redis: Redis, used: int, warned: bool
) -> None:
    Usage(redis).note(f"api-usage={used}/1000")

    report = command.json("flow", "status")
    said = command.run("flow", "status").stdout

    told = report["salesforce_api_calls"]
    assert (told["used"], told["limit"]) == (used, 1000)
    assert 0 <= told["said_seconds_ago"] < 60
    assert ("WARNING: Salesforce's daily API calls are nearly used up" in said) is warned
    assert f"Salesforce API calls in 24 hours: {used:,} of 1,000" in said


def test_customers_left_behind_are_all_told_to_programs_and_the_newest_to_people(
    command: Command, redis: Redis
) -> None:
    desk = Desk(redis)
    accounts = [f"0010000000{n:05}AAA" for n in range(7)]
    for n, account in enumerate(accounts):
        desk.sync(account, f"10{n}")
        desk.ledger.skipped(desk.open_and_take(account, "qualification"), "deleted in Salesforce")
        redis.zadd("cw:left", {account: 1000 * n})

    left = command.json("flow", "status")["left_customers"]
    said = command.run("flow", "status").stdout

    assert left["count"] == 7
    assert [one["customer"] for one in left["newest"]] == [f"10{n}" for n in range(6, -1, -1)]
    assert [one["account"] for one in left["newest"]] == accounts[::-1]
    assert "Customers whose Account is gone from Salesforce: 7" in said
    assert [account for account in accounts if account in said] == accounts[2:]
    assert "… and 2 more: see --json" in said


def test_all_of_it_can_be_read_in_100_columns(command: Command, redis: Redis) -> None:
    redis.set("cw:listening", "ip-10-0-12-34.eu-central-1.compute.internal:12345:5f3a")
    for channel in (ACCOUNTS, OPPORTUNITIES):
        listen(redis, channel)
        redis.hset(f"cw:lag:{channel}:{now(redis) // 60}", mapping={"60": 50, "150": 1})
    ask(redis, GAP, 7300, ready=False)
    ask(redis, "resync:Account", 60)
    for name in ("Account", "Opportunity", "full"):
        redis.hset("cw:watermarks", name, now(redis) - 300)
    Usage(redis).note("api-usage=99000/100000")

    lines = command.run("flow", "status", COLUMNS="100").stdout.splitlines()

    assert [line for line in lines if len(line) > 100] == []
    rows = [line.split() for line in lines if line.startswith((ACCOUNTS, OPPORTUNITIES))]
    assert [row[1] for row in rows] == ["listening", "listening"]
    assert [" ".join(row[2:8]) for row in rows] == ["2 h 30 min 5 min"] * 2
    assert [" ".join(row[8:]) for row in rows] == ["0.3 s 0.3 s 28 min"] * 2
    assert [line.split()[0] for line in lines if line.startswith(("gap:", "resync:"))] == [
        GAP,
        "resync:Account",
    ]
