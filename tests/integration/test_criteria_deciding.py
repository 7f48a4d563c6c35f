"""Whoever decides goes by the criteria of the moment: stages, reconciler, listener. Over the
Salesforce simulator and a real Redis.
"""

import pytest

from app import retry
from app.criteria import Criteria
from app.flow import Criterion, Qualification
from app.saved_criteria import CriteriaUnreadable
from app.services import Services
from app.stages.qualification import Passed, qualify
from app.terms import By, Held, Superseded
from tests.integration.ledger_desk import Desk
from tests.integration.listening import OPPORTUNITIES, Scene
from tests.integration.reconciling import Bench
from workers.stage import reading_of

OPEN = Qualification(criteria=(Criterion(field="StageName", values=("Prospecting",)),))
EVERYTHING = "/data/ChangeEvents"
NEXT = Qualification(criteria=(Criterion(field="NextStep", values=("Sign",)),))


def publish(scene: Scene, wanted: Qualification) -> None:
    """In another process."""
    criteria = Criteria(scene.redis, scene.flow.qualification)
    criteria.publish(criteria.save(wanted, By("ann")).version, By("ann"))


def save_open_one(scene: Scene) -> str:
    account = scene.save_account()
    scene.save_opportunity(account, "Prospecting")
    return account


def judge(held: Held, services: Services) -> str:
    """As the stage does (workers/tasks/qualification.py) → its words."""
    reading = reading_of(held, services)
    decision = qualify(held, reading.criteria, lambda: reading.qualifies)
    if isinstance(decision, Passed):
        services.ledger.advance(held, "hierarchy", decision.words)
    else:
        services.ledger.skipped(held, decision.words)
    return decision.words


def test_a_process_judges_by_what_was_published_while_it_ran(
    scene: Scene, services: Services
) -> None:
    desk, account = Desk(scene.redis), save_open_one(scene)
    before = judge(desk.open_and_take(account, "qualification"), services)

    publish(scene, OPEN)
    after = judge(desk.open_and_take(account, "qualification"), services)

    assert before == "no Opportunity meets IsWon = true"
    assert after == "an Opportunity meets StageName = Prospecting"


def test_the_pass_opens_who_newly_qualifies(bench: Bench) -> None:
    newly, linked = save_open_one(bench.scene), save_open_one(bench.scene)
    bench.sync(linked)
    bench.skip(newly)

    publish(bench.scene, OPEN)
    done = bench.reconciler.step()

    assert (done.opened, bench.why(newly)) == (1, "reconciled: qualifies, not linked")
    assert bench.state(linked) == "synced"
    assert bench.scene.passes.all() == []


def test_a_run_that_was_judged_by_older_criteria_is_followed_by_another(bench: Bench) -> None:
    desk, account = Desk(bench.scene.redis), save_open_one(bench.scene)
    held = desk.open_and_take(account, "qualification")
    bench.services.readings.read(held.token, account)

    publish(bench.scene, OPEN)
    bench.reconciler.step()
    desk.ledger.skipped(held, "no Opportunity meets IsWon = true")

    assert bench.state(account) == "queued"
    again = desk.take(account, "qualification")
    assert judge(again, bench.services) == "an Opportunity meets StageName = Prospecting"


def test_a_page_that_was_read_by_older_criteria_is_not_stored(bench: Bench) -> None:
    scene, services = bench.scene, bench.services
    save_open_one(scene)
    publish(scene, NEXT)
    asked = scene.passes.get("criteria")
    assert asked
    reading = bench.foreground.preview(asked)

    publish(scene, OPEN)

    with pytest.raises(Superseded):
        services.ledger.open(reading.orders, progress=reading.progress)
    assert bench.reconciler.step().opened == 1


def test_a_field_that_new_criteria_name_is_heard_by_a_listener_that_listens(scene: Scene) -> None:
    account, other = scene.save_account(), scene.save_account("Another")
    deal, won = (
        scene.save_opportunity(account, "Prospecting"),
        scene.save_opportunity(other, "Prospecting"),
    )
    with scene.listening(salesforce_channels=(OPPORTUNITIES,)):
        scene.people.update("Opportunity", deal, {"NextStep": "Call"})
        scene.people.update("Opportunity", won, {"StageName": "Closed Won"})
        scene.opened([other])
        unheard = scene.row(account)

        publish(scene, NEXT)
        scene.people.update("Opportunity", deal, {"NextStep": "Sign"})

        scene.opened([account])
        assert unheard == {}
        assert scene.row(account)["reason"].startswith("Opportunity UPDATE: NextStep")


def test_criteria_that_cannot_be_read_leave_no_change_unheard(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    account, other = scene.save_account(), scene.save_account("Another")
    deal = scene.save_opportunity(account, "Prospecting")
    with scene.listening(salesforce_channels=(EVERYTHING,)):
        scene.redis.set("cw:criteria", "{}")
        scene.people.update("Opportunity", deal, {"NextStep": "Call"})
        scene.people.update("Account", other, {"Phone": "555-1234"})
        scene.opened([account, other])
        scene.forget_rows()
        scene.people.update("Opportunity", deal, {"NextStep": "Sign"})
        scene.opened([account])

        publish_anew(scene, OPEN)
        scene.forget_rows()
        scene.people.update("Opportunity", deal, {"NextStep": "Wait"})
        scene.people.update("Account", other, {"Phone": "555-4321"})
        scene.opened([other])

        assert scene.row(account) == {}
    told = [r.getMessage() for r in caplog.records if r.name == "workers.changes"]
    assert told == [
        f"Every change of an Opportunity is taken for one that can matter: {CriteriaUnreadable()}"
    ]


def publish_anew(scene: Scene, wanted: Qualification) -> None:
    """As an admin mends what cannot be read."""
    scene.redis.delete("cw:criteria")
    publish(scene, wanted)


def test_what_this_version_cannot_read_uses_up_nobodys_attempts(
    scene: Scene, services: Services
) -> None:
    account = save_open_one(scene)
    scene.redis.set("cw:criteria", "{}")

    with pytest.raises(CriteriaUnreadable) as unreadable:
        services.readings.read("token", account)

    after = retry.after(unreadable.value, retry.Past(attempts=7), retry.Backoff(1, 60))
    assert after
    assert after.counter == "throttled"
