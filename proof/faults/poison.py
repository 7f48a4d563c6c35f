"""Accounts whose own fault it is: one that NetSuite rejects, one that kills whoever holds it."""

from celery import Celery

from proof.faults.experiment import Experiment
from proof.faults.scene import Scene
from workers.demo.readiness import node_name

_WORKERS = ("worker", "worker2")
_HELD_SECONDS = 5.0
"""So long NetSuite keeps the worker waiting, which is killed meanwhile."""
_ASKED_SECONDS = 1.0
_PATIENCE_SECONDS = 300.0


def rejected(scene: Scene) -> str:
    """An Account whose Customer NetSuite never takes → its id."""
    account = _own_account(scene, "Rejected Acme")
    _on_its_write(scene, account, status=400)
    _win(scene, account)
    return account


def kill_whoever_holds_it(scene: Scene) -> None:
    """Stands for a record that no worker survives, such as one that makes a library crash: the
    worker in whose hands it is, as it itself says (`celery inspect active`), dies before NetSuite
    has answered. Until it is a letter, and whatever else is in the same worker's hands.
    """
    account = _own_account(scene, "Poison Acme")
    _on_its_write(scene, account, delay_seconds=_HELD_SECONDS, drop="before")
    _win(scene, account)
    hits = 0
    with Celery(broker=scene.stack.redis_url, set_as_current=False) as app:
        while not _is_letter(scene, account):
            hits = _kill_next(scene, app, account, hits)
    scene.netsuite.forgive()
    cause = scene.journal.row(account).cause
    if cause != "WorkerLost":
        scene.wrong.append(f"the poison's letter says {cause}")


def _kill_next(scene: Scene, app: Celery, account: str, hits: int) -> int:
    """Kills the next worker that writes the account, unless it is a letter by now → how many such
    writes there were; before, it were `hits`.
    """
    scene.wait(
        lambda: scene.netsuite.faults_fired() > hits or _is_letter(scene, account),
        "the poison to be taken by a worker",
        _PATIENCE_SECONDS,
    )
    for worker in _holders(app, account):
        scene.kill(worker)
    return scene.netsuite.faults_fired()


def _own_account(scene: Scene, name: str) -> str:
    """Nobody else changes it, and nobody is its child."""
    account = scene.org.create("Account", Name=name)
    scene.own_fault.add(account)
    return account


def _win(scene: Scene, account: str) -> None:
    scene.org.open_opportunity(account, "A deal", "Closed Won")


def _on_its_write(scene: Scene, account: str, **fault: object) -> None:
    scene.netsuite.fault(call="customer.p*", contains=account, times=None, **fault)


def _is_letter(scene: Scene, account: str) -> bool:
    return scene.journal.row(account).state == "dead"


def _holders(app: Celery, account: str) -> list[str]:
    """The worker that says that it works on the account; it may be lost already, or done."""
    nodes = {node_name(worker): worker for worker in _WORKERS}
    with app.connection() as connection:
        inspect = app.control.inspect(timeout=_ASKED_SECONDS, connection=connection)
        active = inspect.active() or {}
    return [
        nodes[node]
        for node, tasks in active.items()
        if any(account in task["args"] for task in tasks)
    ]


POISON = Experiment("poison", "an account kills its worker each time", kill_whoever_holds_it)
