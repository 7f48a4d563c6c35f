"""`closedwon backfill`, as a person runs it."""

import os
import pty
import signal
import subprocess

import pytest

from tests.eventually import eventually
from tests.integration.commands import PROGRAM, Command
from tests.integration.listening import Scene
from tests.integration.reconciling import Bench

SHARE = {"SALESFORCE_API_SHARE": "1"}


def save_won(scene: Scene, count: int, **fields: str) -> list[str]:
    named = [{"Name": f"A{n}"} | fields for n in range(count)]
    accounts = scene.people.create_many("Account", named)
    deal = {"Name": "A deal", "StageName": "Closed Won", "CloseDate": "2026-12-31"}
    scene.people.create_many("Opportunity", [{"AccountId": a} | deal for a in accounts])
    return accounts


def leave_calls(bench: Bench, calls: int) -> None:
    """So many are left of the day's."""
    bench.services.salesforce.ask_usage()
    usage = bench.services.usage.read()
    assert usage
    bench.scene.simulator.settings(daily_limit=usage.used + calls)


def queued(bench: Bench, accounts: list[str]) -> list[str]:
    return [account for account in accounts if bench.state(account) == "queued"]


def test_it_opens_all_that_qualify_and_are_not_linked(bench: Bench, command: Command) -> None:
    won = save_won(bench.scene, 3)
    linked, *rest = won
    bench.sync(linked)
    lost = bench.scene.save_account("Lost")
    bench.scene.save_opportunity(lost, "Closed Lost")

    done = command.run("backfill")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        *(f"opened {account}  backfill: qualifies, not linked" for account in rest),
        "3 records read, 2 accounts opened, 2 API calls used.",
    ]
    assert queued(bench, won) == rest
    assert bench.state(lost) == "none"
    assert bench.services.passes.all() == []


def test_on_a_terminal_it_shows_a_bar(bench: Bench, command: Command) -> None:
    accounts = save_won(bench.scene, 3)
    terminal, end = pty.openpty()

    done = subprocess.run(
        [PROGRAM, "backfill"],
        env=command.environ | {"TERM": "xterm", "COLUMNS": "100"},
        cwd=command.directory,
        stdout=end,
        timeout=30,
        check=False,
    )
    os.close(end)
    shown = os.read(terminal, 100_000).decode()
    os.close(terminal)

    assert done.returncode == 0
    assert "Accounts that qualify" in shown
    assert "100%" in shown
    assert all(f"opened {account}  backfill: qualifies" in shown for account in accounts)


def test_a_condition_of_the_admins_is_met_besides(bench: Bench, command: Command) -> None:
    energy = save_won(bench.scene, 2, Industry="Energy")
    others = save_won(bench.scene, 2, Industry="Banking")

    told = command.json("backfill", "--where", "Industry = 'Energy' OR Industry = 'Apparel'")

    assert [row["account"] for row in told["opened"]] == energy
    assert (told["total"], told["read"], told["over"]) == (2, 2, True)
    assert queued(bench, others) == []


def test_a_malformed_condition_gives_salesforces_own_words(bench: Bench, command: Command) -> None:
    done = command.run("backfill", "--where", "Colour = 'blue'")

    assert done.returncode == 1
    assert "Salesforce refuses --where" in done.stderr
    assert "No such column 'Colour'" in done.stderr
    assert bench.services.passes.all() == []


def test_an_empty_condition_is_a_matter_of_usage(command: Command) -> None:
    done = command.run("backfill", "--where", " ")

    assert done.returncode == 2
    assert "must not be empty" in done.stderr


def test_it_keeps_in_step_with_the_workers(bench: Bench, command: Command) -> None:
    accounts = save_won(bench.scene, 7)
    leave_calls(bench, 39)
    bench.calls()
    at_work: list[int] = []

    with command.running("backfill", **SHARE) as started:
        assert started.stdout
        said = []
        for line in started.stdout:
            said.append(line)
            if "as many accounts are under way" in line.lower():
                at_work.append(len(queued(bench, accounts)))
                bench.work()
        started.wait(30)

    assert started.returncode == 0
    assert at_work == [3, 3]
    assert bench.calls().count("query") <= 5, "the count, three pages, and one in between"
    assert "".join(said).count("opened 001") == 7


def test_it_stops_at_the_share_and_goes_on_from_there(bench: Bench, command: Command) -> None:
    accounts = save_won(bench.scene, 7)
    leave_calls(bench, 39)

    with command.running("backfill", **SHARE) as first:
        eventually(lambda: len(queued(bench, accounts)) == 3, "three to be opened")
        leave_calls(bench, 9)
        bench.work()
        said, problem = first.communicate(timeout=30)
    [left] = bench.services.passes.all()
    bench.work()
    leave_calls(bench, 10_000)
    second = command.run("backfill")

    assert first.returncode == 1
    assert "SALESFORCE_API_SHARE leaves 100% of them" in problem
    assert "The same command goes on where this one has stopped." in said
    assert 3 <= left.read < 7
    assert f"Goes on where it stopped: {left.read} Accounts read" in second.stdout
    assert second.stdout.count("opened 001") == 7 - left.read
    assert queued(bench, accounts) == accounts[left.read :]


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_goes_on_where_it_was_ended(bench: Bench, command: Command, end: int) -> None:
    accounts = save_won(bench.scene, 7)
    leave_calls(bench, 39)

    with command.running("backfill", **SHARE) as first:
        eventually(lambda: len(queued(bench, accounts)) == 3, "three to be opened")
        eventually(lambda: bench.services.passes.all()[0].read == 3, "their place to be stored")
        first.send_signal(end)
        first.communicate(timeout=30)
    bench.scene.redis.delete("cw:reconciling")  # the turn of one that was killed runs out
    leave_calls(bench, 10_000)
    second = command.run("backfill")

    assert first.returncode != 0
    assert "Goes on where it stopped: 3 Accounts read, 3 opened before." in second.stdout
    assert second.stdout.count("opened 001") == 4
    assert queued(bench, accounts) == accounts
    assert not any("again" in bench.scene.row(account) for account in accounts)


def test_another_condition_begins_anew_and_says_so(bench: Bench, command: Command) -> None:
    accounts = save_won(bench.scene, 3, Industry="Energy")
    bench.ask("backfill", ("qualifying",), patient=True, position=accounts[0], read=1)

    done = command.run("backfill", "--where", "Industry = 'Energy'")

    assert "An earlier backfill with no --where was not over. This one begins anew." in done.stdout
    assert queued(bench, accounts) == accounts


def test_it_says_that_the_flow_is_off_and_opens_what_there_is_room_for(
    bench: Bench, command: Command
) -> None:
    accounts = save_won(bench.scene, 2)
    bench.services.pauses.begin("flow", "switched off by an admin")

    done = command.run("backfill")

    assert done.returncode == 0
    assert "The flow is off" in done.stdout
    assert queued(bench, accounts) == accounts


def test_two_at_a_time_open_nobody_twice(bench: Bench, command: Command) -> None:
    accounts = save_won(bench.scene, 40)

    with command.running("backfill", **SHARE) as one, command.running("backfill", **SHARE) as other:
        for started in (one, other):
            started.communicate(timeout=30)

    assert queued(bench, accounts) == accounts
    assert not any("again" in bench.scene.row(account) for account in accounts)


def test_it_is_audited_without_the_words_of_its_condition(bench: Bench, command: Command) -> None:
    save_won(bench.scene, 1)

    command.run("backfill", "--where", "Name = 'A0'", "--reason", "go-live")

    [entry] = bench.services.audit.entries().entries
    assert (entry.what, entry.why) == ("backfill", "go-live")
    assert entry.after == "those of all that meet --where"
