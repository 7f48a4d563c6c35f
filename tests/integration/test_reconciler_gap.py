"""A gap of more than a page: the listener notices it, the reconciler reads it."""

from tests.eventually import eventually
from tests.integration.listening import ACCOUNTS, OPPORTUNITIES, Scene
from tests.integration.reconciling import Bench

MORE_THAN_A_PAGE = 2001


def save_many(scene: Scene, count: int) -> list[str]:
    accounts: list[str] = []
    while len(accounts) < count:
        named = [{"Name": f"Gap {n}"} for n in range(min(200, count - len(accounts)))]
        accounts += scene.people.create_many("Account", named)
    return accounts


def test_every_change_of_a_gap_is_opened_at_one_call_for_2000_records(scene: Scene) -> None:
    with scene.listening():
        heard = scene.save_account("Heard")
        scene.opened([heard])
    missed = save_many(scene, MORE_THAN_A_PAGE - 1)
    scene.simulator.settings(retention_seconds=0.0)

    with scene.listening():
        gaps = [f"gap:{channel}" for channel in (ACCOUNTS, OPPORTUNITIES)]
        ready = eventually(lambda: [g for g in scene.passes.all() if g.ready], "the gap")
        scene.simulator.settings(retention_seconds=3600.0)
        bench = Bench(scene)
        bench.calls()
        done = bench.reconciler.step(seconds=60)
        calls = bench.calls()
        bench.close()

    assert {gap.name for gap in ready} <= set(gaps)
    assert calls.count("queryAll") == 2
    assert calls.count("query") <= 1
    assert done.opened == len(missed)
    assert all(scene.row(account)["state"] == "queued" for account in missed)
    assert scene.passes.get(gaps[0]) is None
