"""How Accounts are read for the stages: how many queries, and how old an answer may be. Over the
Salesforce simulator and a real Redis.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from redis.exceptions import ConnectionError as Gone

from app.errors import RecordRejected
from app.flow import Criterion, Qualification
from app.models import StageName
from app.salesforce.accounts import Reading
from app.salesforce.readings import Readings
from app.services import Services
from app.terms import Held
from tests.integration.ledger_desk import Desk
from tests.integration.listening import Scene
from workers.stage import StageTask, read, reading_of

NOBODY = "001000000000001AAA"


def queries(scene: Scene) -> int:
    """How many came so far."""
    return int(scene.simulator.get("requests/count", call="queryAll")["count"])


def name(reading: Reading) -> str:
    assert reading.account
    return reading.account.name


def test_what_is_asked_for_at_once_is_one_query(scene: Scene, services: Services) -> None:
    accounts = [scene.save_account(f"Edge {number}") for number in range(30)]
    services.accounts.names(accounts)  # logs in
    before = queries(scene)

    with ThreadPoolExecutor(30) as pool:
        readings = list(pool.map(services.readings.read, map(str, range(30)), accounts))

    assert [name(reading) for reading in readings] == [f"Edge {n}" for n in range(30)]
    assert queries(scene) - before < 5


def test_the_opportunities_that_meet_the_criteria_decide(scene: Scene, services: Services) -> None:
    won, lost, without, deleted = (scene.save_account(name) for name in "abcd")
    scene.save_opportunity(won, "Prospecting")
    scene.save_opportunity(won, "Closed Won")
    scene.save_opportunity(lost, "Closed Lost")
    scene.people.delete("Opportunity", scene.save_opportunity(deleted, "Closed Won"))

    found = [services.readings.read(each, each) for each in (won, lost, without, deleted, NOBODY)]

    assert [reading.qualifies for reading in found] == [True, False, False, False, False]
    assert found[-1] == Reading(None, qualifies=False)


def test_an_account_that_is_deleted_is_read_as_such(scene: Scene, services: Services) -> None:
    account = scene.save_account("Gone")
    scene.save_opportunity(account, "Closed Won")
    scene.people.delete("Account", account)

    reading = services.readings.read("token", account)

    assert reading.account
    assert (reading.account.is_deleted, reading.qualifies) == (True, False)


def test_criteria_that_are_any_of_several_are_one_condition(
    scene: Scene, services: Services
) -> None:
    either = Qualification(
        match="any",
        criteria=(
            Criterion(field="StageName", values=("Closed Lost",)),
            Criterion(field="Name", operator="like", values=("O'Hara 100\\%",)),
        ),
    )
    account, deleted = scene.save_account("Any"), scene.save_account("None")
    scene.save_opportunity(account, "Closed Lost")
    scene.people.delete("Opportunity", scene.save_opportunity(deleted, "Closed Lost"))
    readings = Readings(services.accounts, lambda: either)

    found = [readings.read(each, each).qualifies for each in (account, deleted)]

    assert found == [True, False]


def test_a_reading_is_kept_for_its_token(scene: Scene, services: Services) -> None:
    account, readings = scene.save_account("Before"), services.readings
    first = readings.read("one", account)
    before = queries(scene)
    scene.people.update("Account", account, {"Name": "After"})

    kept, other, afresh = (
        readings.read("one", account),
        readings.read("two", account),
        readings.read("one", account, afresh=True),
    )

    assert kept is first
    assert (name(other), name(afresh)) == ("After", "After")
    assert readings.read("one", account) is afresh
    assert queries(scene) - before == 2


def test_a_reading_that_is_dropped_too_old_or_one_too_many_is_made_again(
    scene: Scene, services: Services
) -> None:
    account, accounts, criteria = scene.save_account(), services.accounts, Qualification
    dropped, old = Readings(accounts, criteria), Readings(accounts, criteria, kept_seconds=0)
    crowded = Readings(accounts, criteria, most_kept=1)
    first = [each.read("token", account) for each in (dropped, old, crowded)]

    dropped.drop("token")
    crowded.read("another", account)
    second = [each.read("token", account) for each in (dropped, old, crowded)]

    assert all(a is not b for a, b in zip(first, second, strict=True))
    assert crowded.read("token", account) is second[2]


def test_an_unknown_field_is_everybodys_error_and_names_what_to_do(scene: Scene) -> None:
    scene.flow = scene.flow.model_copy(
        update={"qualification": Qualification(criteria=(Criterion(field="No__c", values=(1,)),))}
    )
    services, account = scene.services(), scene.save_account()

    with pytest.raises(RecordRejected) as refused:
        services.readings.read("token", account)

    assert "flow.toml" in str(refused.value)
    services.close()


def test_an_account_on_its_way_is_read_once(scene: Scene, services: Services) -> None:
    desk, account = Desk(scene.redis), scene.save_account("Once")
    before = queries(scene)

    judged = desk.open_and_take(account, "qualification")
    reading = reading_of(judged, services)
    desk.ledger.advance(judged, "hierarchy")
    waiting = desk.take(account, "hierarchy")
    read(waiting, services)
    desk.ledger.advance(waiting, "upsert")
    writing = desk.take(account, "upsert")
    account_to_write = read(writing, services)

    assert account_to_write is reading.account
    assert judged.seen == waiting.seen == writing.seen
    assert queries(scene) - before == 1


@pytest.mark.parametrize(
    ("stage", "became", "read_again"),
    [
        ("qualification", "advanced", False),
        ("hierarchy", "advanced", False),
        ("qualification", "skipped", True),
        ("hierarchy", "waiting", True),
        ("upsert", "synced", True),
        ("upsert", "advanced", True),
    ],
)
def test_a_reading_is_kept_while_its_run_goes_on(
    scene: Scene, services: Services, stage: StageName, became: str, read_again: bool
) -> None:
    held = Held(scene.save_account(), stage, "token")
    StageTask()._work(held, services, lambda held, services: became if read(held, services) else "")
    before = queries(scene)

    services.readings.read("token", held.account)

    assert queries(scene) - before == read_again


def test_a_run_that_fails_keeps_no_reading(scene: Scene, services: Services) -> None:
    held = Held(scene.save_account(), "hierarchy", "token")

    def fail(held: Held, services: Services) -> str:
        read(held, services)
        raise Gone("Redis is gone.")

    with pytest.raises(Gone):
        StageTask()._work(held, services, fail)
    before = queries(scene)

    services.readings.read("token", held.account)

    assert queries(scene) - before == 1


def test_a_run_that_is_tried_again_reads_anew(scene: Scene, services: Services) -> None:
    desk, account = Desk(scene.redis), scene.save_account("Before")
    read(desk.open_and_take(account, "hierarchy"), services)
    scene.people.update("Account", account, {"Name": "After"})
    desk.lapse(account)

    found = read(desk.take(account, "hierarchy"), services)

    assert found
    assert found.name == "After"
