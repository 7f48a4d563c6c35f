"""`closedwon dead-letters` and `closedwon audit`: what an admin reads and does."""

import json
import os
import pwd
import socket

import pytest

from tests.integration.commands import Command
from tests.integration.mourning import ADMIN, CAUSE, Ward, ids

ONE, TWO, THREE = ids(3)
ME = f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()} (command)"


def test_a_requeue_is_audited_with_who_and_why(command: Command, ward: Ward) -> None:
    ward.bury(ONE)

    command.run("dead-letters", "requeue", ONE, "--reason", "the name is free again")
    [entry] = command.json("audit", "--account", ONE)
    shown = command.run("audit", "--what", "requeue", COLUMNS="300").stdout

    assert (entry["who"], entry["what"], entry["account"]) == (ME, "requeue", ONE)
    assert entry["why"] == "the name is free again"
    assert (entry["before"], entry["after"]) == (f"dead: {CAUSE}", "queued")
    assert ME in shown
    assert f"dead: {CAUSE} → queued" in shown


def test_what_has_just_died_again_is_requeued_only_by_force(command: Command, ward: Ward) -> None:
    ward.bury(ONE, TWO)
    ward.services.ledger.requeue([ONE], ADMIN)
    ward.die_again(ONE)

    refused = command.json("dead-letters", "requeue", ONE, TWO, status=1)
    said = command.run("dead-letters", "requeue", ONE)
    forced = command.json("dead-letters", "requeue", ONE, "--force")

    assert (refused["requeued"], refused["recoveries"]) == ([TWO], [])
    [refusal] = refused["refused"]
    assert (refusal["account"], refusal["verdict"]) == (ONE, "just_died")
    assert said.returncode == 1
    assert f"closedwon: {ONE}: It died again just after it was requeued" in said.stderr
    assert forced["requeued"] == [ONE]


def test_an_account_without_a_letter_stops_all(command: Command, ward: Ward) -> None:
    ward.bury(ONE)

    done = command.run("dead-letters", "requeue", ONE, TWO)

    assert done.returncode == 1
    assert f"There is no dead letter for Account {TWO}" in done.stderr
    assert ward.state(ONE) == "dead"


def test_a_canary_goes_first_and_is_told_of(command: Command, ward: Ward) -> None:
    ward.bury(ONE, TWO, THREE)

    done = command.run("dead-letters", "requeue", "--cause", CAUSE, "--canary")
    twice = command.run("dead-letters", "requeue", "--cause", CAUSE)
    [order] = command.json("dead-letters", "recoveries")
    stopped = command.run("dead-letters", "recoveries", "--stop", order["id"], "--reason", "later")

    assert done.stdout.splitlines() == [
        "Requeued 1 account.",
        "Follow one with: closedwon why ID",
        f"{CAUSE}: Waits for the canary {THREE}, which is queued.",
        "The sweeper goes on. Follow it with: closedwon dead-letters recoveries",
    ]
    assert (twice.returncode, "is running since" in twice.stderr) == (1, True)
    assert (order["state"], order["canary"], order["by"]) == ("canary", THREE, ME)
    assert stopped.returncode == 0
    assert " ".join(stopped.stdout.split()).find("stopped") > 0
    assert ward.states([ONE, TWO, THREE]) == {"dead": 2, "queued": 1}


def test_all_causes_are_requeued_each_by_a_recovery(command: Command, ward: Ward) -> None:
    ward.bury(ONE, TWO)
    ward.bury(THREE, cause="AmbiguousMatch")

    told = command.json("dead-letters", "requeue", "--all")

    found = {(order["cause"], order["state"], order["requeued"]) for order in told["recoveries"]}
    assert found == {(CAUSE, "done", 2), ("AmbiguousMatch", "done", 1)}
    assert ward.states([ONE, TWO, THREE]) == {"queued": 3}


@pytest.mark.parametrize(
    "words", [(), (ONE, "--all"), (ONE, "--canary"), ("--all", "--cause", CAUSE)]
)
def test_what_is_to_be_requeued_is_said_in_one_way(
    command: Command, words: tuple[str, ...]
) -> None:
    done = command.run("dead-letters", "requeue", *words)

    assert done.returncode == 2


def test_letters_are_found_by_what_people_know_of_them(command: Command, ward: Ward) -> None:
    ward.bury(ONE, TWO, THREE)
    command.run("dead-letters", "assign", ONE, "ann")
    command.run("dead-letters", "comment", TWO, "Finance merges it on Monday")
    ward.services.ledger.requeue([THREE], ADMIN)

    anns = command.json("dead-letters", "list", "--assigned", "ann")
    mondays = command.json("dead-letters", "list", "--text", "monday")
    again = command.json("dead-letters", "list", "--again")
    listed = command.run("dead-letters", "list").stdout

    assert [letter["account"] for letter in anns] == [ONE]
    assert [letter["account"] for letter in mondays] == [TWO]
    assert [(letter["account"], letter["state"]) for letter in again] == [(THREE, "again")]
    assert "1 letter on trial: list them with --again." in listed
    assert "assigned" in listed.splitlines()[0]


def test_a_letter_is_shown_with_all_that_is_known(command: Command, ward: Ward) -> None:
    ward.bury(ONE)
    command.run("dead-letters", "assign", ONE, "ann")
    command.run("dead-letters", "comment", ONE, "Finance merges it on Monday")

    shown = command.run("dead-letters", "show", ONE).stdout
    command.run("dead-letters", "assign", ONE, "")
    nobodys = command.run("dead-letters", "show", ONE).stdout

    assert "assigned to              ann" in shown
    assert "comment                  Finance merges it on Monday" in shown
    assert "assigned to" not in nobodys


def test_a_discard_says_what_it_left(command: Command, ward: Ward) -> None:
    ward.bury(ONE, TWO)
    ward.services.ledger.requeue([TWO], ADMIN)

    told = command.json("dead-letters", "discard", ONE, TWO, "--reason", "tests", status=1)

    assert told["discarded"] == [ONE]
    assert [refusal["account"] for refusal in told["refused"]] == [TWO]
    assert (ward.state(ONE), ward.state(TWO)) == ("none", "queued")


def test_the_trail_goes_on_where_it_was_cut(command: Command, ward: Ward) -> None:
    ward.bury(ONE)
    for number in range(3):
        ward.services.ledger.note(ONE, ADMIN, comment=f"note {number}")

    first = command.run("audit", "--limit", "2").stdout
    place = first.split("Go on with: --after ")[1].strip()
    rest = command.json("audit", "--after", place)

    assert [entry["after"] for entry in rest] == ["note 0"]
    assert (rest[0]["who"], rest[0]["what"]) == ("ann", "comment")


def test_what_stands_in_the_way_of_one_cause_holds_up_no_other(
    command: Command, ward: Ward
) -> None:
    ward.bury(ONE)
    ward.bury(TWO, THREE, cause="AmbiguousMatch")
    command.run("dead-letters", "requeue", "--cause", "AmbiguousMatch", "--canary")

    told = command.json("dead-letters", "requeue", "--all", status=1)

    assert [(order["cause"], order["requeued"]) for order in told["recoveries"]] == [(CAUSE, 1)]
    [left] = told["not_begun"]
    assert left["cause"] == "AmbiguousMatch"
    assert "is running since" in left["words"]
    assert ward.states([ONE, TWO, THREE]) == {"queued": 2, "dead": 1}


@pytest.mark.parametrize("words", [("--cause", CAUSE), ("--all", "--canary")])
def test_where_nothing_moves_the_command_fails_and_names_nothing_to_follow(
    command: Command, ward: Ward, words: tuple[str, ...]
) -> None:
    ward.bury(ONE)
    ward.services.ledger.requeue([ONE], ADMIN)
    ward.die_again(ONE)

    done = command.run("dead-letters", "requeue", *words)

    assert done.returncode == 1
    assert "just died again" in done.stdout
    assert "Follow one" not in done.stdout


def test_json_that_was_cut_says_beside_it_where_to_go_on(command: Command, ward: Ward) -> None:
    ward.bury(ONE, TWO, THREE)

    first = command.run("dead-letters", "list", "--limit", "2", "--json")
    place = first.stderr.strip().removeprefix("Go on with: --after ")
    rest = command.run("dead-letters", "list", "--after", place, "--json")

    assert [letter["account"] for letter in json.loads(first.stdout)] == [THREE, TWO]
    assert [letter["account"] for letter in json.loads(rest.stdout)] == [ONE]
    assert rest.stderr == ""


def test_a_reason_is_kept_as_the_pages_keep_it(command: Command, ward: Ward) -> None:
    ward.bury(ONE)

    long = command.run("dead-letters", "requeue", ONE, "--reason", "x" * 501)
    command.run("dead-letters", "requeue", ONE, "--reason", "one\ntwo\x1b[31m")

    [entry] = command.json("audit", "--account", ONE)
    assert long.returncode == 2
    assert entry["why"] == "one two [31m"


def test_a_kind_of_action_that_there_is_not_is_a_matter_of_usage(command: Command) -> None:
    done = command.run("audit", "--what", "nonsense")

    assert done.returncode == 2
    assert "'flow off'" in done.stderr
