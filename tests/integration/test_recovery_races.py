"""A recovery that many advance at a time, and that is killed again and again."""

import signal
import subprocess
import sys
import threading
from collections import Counter
from functools import partial

import pytest

from app.admin import recoveries as module
from app.admin.recoveries import Recoveries
from app.admin.recovery import Recovery
from app.audit import Audit
from app.letters import Letters
from tests.dead_accounts import dead_accounts
from tests.eventually import eventually
from tests.integration.listening import Scene
from tests.integration.mourning import ADMIN, CAUSE, Ward
from tests.integration.planted_letters import plant
from workers.processes import PROJECT

REJECTED = {"cause": CAUSE, "words": "NetSuite refuses the name.", "said": ""}
SWEEPERS, KILLS = 8, 3
_ADVANCE = """
from app.admin import recoveries
from app.flow import Flow
from app.services import build_services
from app.settings import get_settings

recoveries._BATCH, recoveries._BATCHES_PER_TICK = 5, 1
services = build_services(get_settings(), Flow(), lambda nudges: None)
while recoveries.Recoveries(services).advance():
    pass
"""


def ensure_exact(ward: Ward, accounts: list[str], order: Recovery) -> None:
    """Each letter was requeued once, and counted once."""
    entries = Audit(ward.redis).entries(what="requeue", limit=2 * len(accounts)).entries
    assert (order.state, order.requeued, order.refused) == ("done", len(accounts), 0)
    assert Counter(entry.account for entry in entries) == Counter(accounts)
    assert dead_accounts(Letters(ward.redis)) == []
    assert ward.states(accounts) == {"queued": len(accounts)}


def test_sweepers_that_race_move_each_letter_once(
    scene: Scene, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 20)
    monkeypatch.setattr(module, "_BATCHES_PER_TICK", 2)
    accounts = plant(ward.redis, 1000, [REJECTED], alike=7)
    Recoveries(ward.services).begin(CAUSE, ADMIN, canary=False)
    start = threading.Barrier(SWEEPERS)

    def sweep() -> None:
        services = scene.services()
        start.wait()
        while Recoveries(services).advance():
            pass
        services.close()

    threads = [threading.Thread(target=sweep) for _ in range(SWEEPERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    [order] = Recoveries(ward.services).all()
    ensure_exact(ward, accounts, order)


def test_whoever_advances_it_may_be_killed_at_any_moment(scene: Scene, ward: Ward) -> None:
    accounts = plant(ward.redis, 1500, [REJECTED])
    orders = Recoveries(ward.services)
    sent = orders.begin(CAUSE, ADMIN, canary=False).requeued

    for _ in range(KILLS):
        with sweeping(scene) as sweeper:
            sent = eventually(partial(more_than, sent, orders), "more letters to be sent")
            sweeper.send_signal(signal.SIGKILL)
        assert sweeper.returncode == -signal.SIGKILL
    with sweeping(scene) as last:
        assert last.wait(60) == 0

    [order] = orders.all()
    ensure_exact(ward, accounts, order)


def sweeping(scene: Scene) -> "subprocess.Popen[bytes]":
    """A process that advances all recoveries to their end."""
    return subprocess.Popen([sys.executable, "-c", _ADVANCE], env=scene.environ, cwd=PROJECT)


def more_than(sent: int, orders: Recoveries) -> int:
    """How many letters are sent by now; 0: no more than before."""
    now = orders.all()[0].requeued
    return now if now > sent else 0
