"""Accounts that go: what becomes of their rows, their Customers, and of the winners of merges.
Stages in process, over the Salesforce simulator and a real Redis.
"""

import logging
from collections.abc import Iterator

import pytest

from app.journal import Journal
from app.services import Services
from tests.integration.ledger_desk import Desk
from tests.integration.listening import Scene
from workers.stage import with_parent
from workers.tasks.hierarchy import go_on
from workers.tasks.qualification import judge


@pytest.fixture
def services(scene: Scene) -> Iterator[Services]:
    made = scene.services()
    yield made
    made.salesforce.close()
    made.redis.close()


def merge(scene: Scene, loser: str, winner: str) -> None:
    scene.simulator.post("merge", {"winner": winner, "losers": [loser]})


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]


def test_the_loser_of_a_merge_opens_the_winner_and_its_customer_is_left(
    scene: Scene, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    desk, (loser, winner) = Desk(scene.redis), (scene.save_account(n) for n in ("Loser", "Winner"))
    desk.sync(loser, "17")
    merge(scene, loser, winner)

    verdict = judge(desk.open_and_take(loser, "qualification"), services)

    words = f"merged into {winner}; Customer 17 is left as it is: merge the two in NetSuite"
    assert verdict == "skipped"
    assert desk.row(winner)["reason"] == f"merged with {loser}"
    assert services.journal.story(loser)[-1].words == words
    assert warnings(caplog) == [f"Account {loser}: {words}"]
    assert [one.customer for one in services.journal.left()] == ["17"]


def test_a_loser_that_never_was_a_customer_opens_the_winner_too(
    scene: Scene, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    desk, (loser, winner) = Desk(scene.redis), (scene.save_account(n) for n in ("Loser", "Winner"))
    merge(scene, loser, winner)

    judge(desk.open_and_take(loser, "qualification"), services)

    assert desk.row(winner)["state"] == "queued"
    assert services.journal.story(loser)[-1].words == f"merged into {winner}"
    assert warnings(caplog) == []
    assert services.journal.left() == []


@pytest.mark.parametrize("stage", ["hierarchy", "upsert"])
def test_a_merge_is_found_at_every_stage(scene: Scene, services: Services, stage: str) -> None:
    desk, (loser, winner) = Desk(scene.redis), (scene.save_account(n) for n in ("Loser", "Winner"))
    held = desk.open_and_take(loser, "upsert" if stage == "upsert" else "hierarchy")
    merge(scene, loser, winner)

    verdict = with_parent(held, services, go_on)

    assert (verdict, desk.row(loser)["state"]) == ("skipped", "skipped")
    assert desk.row(winner)["reason"] == f"merged with {loser}"


def test_a_loser_that_others_need_is_a_letter_that_names_the_winner(
    scene: Scene, services: Services
) -> None:
    desk, (loser, winner) = Desk(scene.redis), (scene.save_account(n) for n in ("Loser", "Winner"))
    child = scene.save_account("Child")
    desk.wait_for_parent(child, loser)
    merge(scene, loser, winner)

    verdict = judge(desk.take(loser, "qualification"), services)

    letter = services.letters.get(loser)
    assert verdict == "dead"
    assert letter
    assert (letter.cause, f"merged into {winner}" in letter.words) == ("NeededButGone", True)
    assert desk.row(winner)["state"] == "queued"


def test_an_account_that_is_deleted_leaves_its_customer_and_says_so_once(
    scene: Scene, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    desk, account = Desk(scene.redis), scene.save_account("Deleted")
    desk.sync(account, "17")
    scene.people.delete("Account", account)

    judge(desk.open_and_take(account, "qualification"), services)

    words = "deleted in Salesforce; Customer 17 is left as it is"
    assert warnings(caplog) == [f"Account {account}: {words}"]


def test_a_disowned_worker_says_nothing_of_a_customer(
    scene: Scene, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    desk, account = Desk(scene.redis), scene.save_account("Deleted")
    desk.sync(account, "17")
    scene.people.delete("Account", account)
    held = desk.open_and_take(account, "qualification")
    desk.lapse(account)

    verdict = judge(held, services)

    assert (verdict, warnings(caplog)) == ("fenced", [])
    assert Journal(scene.redis).left() == []


@pytest.mark.parametrize("stage", ["qualification", "hierarchy"])
def test_every_stage_that_reads_says_up_to_when(
    scene: Scene, services: Services, stage: str
) -> None:
    desk, account = Desk(scene.redis), scene.save_account("Read")
    read = services.accounts.read(account)
    assert read
    assert read.seen

    if stage == "qualification":
        judge(desk.open_and_take(account, "qualification"), services)
    else:
        scene.people.delete("Account", account)
        with_parent(desk.open_and_take(account, "hierarchy"), services, go_on)

    assert read.seen <= int(desk.row(account)["seen"]) <= read.seen + 60
