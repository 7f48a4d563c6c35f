"""The last stage in process, over both simulators and a real Redis."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.errors import SyncError
from app.flow import Flow
from app.services import Services
from app.stages.hierarchy import await_parent
from app.terms import Held, Letter, Nudge, Order
from tests.e2e.clouds import NetSuite
from tests.integration.ledger_desk import Desk
from tests.integration.listening import Scene
from workers.stage import read


class Office:
    """An empty NetSuite account, an org, services under a flow of the test's own, and a desk."""

    def __init__(self, scene: Scene, flow: dict[str, Any] | None = None) -> None:
        scene.flow = Flow.model_validate(flow or {})
        self.scene = scene
        self.desk = Desk(scene.redis)
        self.desk.nudges = scene.nudges  # what either of them publishes
        self.services: Services = scene.services(netsuite_timeout_seconds=5)
        self.netsuite = NetSuite(scene.environ["NETSUITE_BASE_URL"])
        self.netsuite.reset()

    def close(self) -> None:
        self.netsuite.reset()  # others use it, too
        self.netsuite.close()
        self.services.close()

    def save(self, name: str = "Acme", **fields: object) -> str:
        """An Account."""
        return self.scene.save_account(name, **fields)

    def edit(self, account: str, **fields: object) -> None:
        self.scene.people.update("Account", account, fields)

    def held(self, account: str) -> Held:
        """The account as the last stage holds it, after a change."""
        self.desk.ledger.open([Order(account, "changed")])
        return self.desk.take(account, "upsert")

    def write(self, held: Held) -> str:
        """
        Raises:
            SyncError: what the stage raises; the row runs on.
        """
        found = read(held, self.services)
        assert found
        parent = await_parent(held, found, self.services.ledger, self.services.flow.hierarchy)
        assert parent.settled, parent
        return self.services.upsert.run(held, found, parent)

    def take_up(self, account: str) -> Held:
        """A row that another process has opened, as the last stage holds it."""
        row = self.desk.row(account)
        ticket = f"{row['token']}.{row['place']}"
        self.desk.nudges.append(Nudge("ingest", account, "", ticket, 0))
        return self.desk.take(account, "upsert")

    def run(self, account: str) -> str:
        return self.write(self.held(account))

    def queries_catch_up(self) -> None:
        """So much later that NetSuite's queries show every write."""
        for key in self.scene.redis.scan_iter("cw:netsuite:lines:*"):
            self.scene.redis.delete(key)

    def letter(self, account: str) -> SyncError:
        """Why the account dies, as it does."""
        held = self.held(account)
        try:
            self.write(held)
        except SyncError as error:
            self.desk.ledger.dead(held, Letter.of(error))
            return error
        raise AssertionError(f"{account} was written")

    def retried(self, held: Held, failed: SyncError) -> Held:
        """What the worker does about a failure that may pass → the next holder."""
        self.desk.ledger.retry(
            held, 0, counter="attempts" if failed.counts else "throttled", letter=Letter.of(failed)
        )
        return self.desk.take(held.account, "upsert")

    def customer(self, account: str) -> str:
        """The linked Customer's internal id."""
        return self.desk.row(account)["customer"]

    def why(self, account: str) -> str:
        """What the newest line of its story says."""
        return self.services.journal.story(account)[-1].words

    @contextmanager
    def counting(self, call: str = "*") -> Iterator[list[str]]:
        """Which calls are made to NetSuite inside, by name; filled at the end."""
        before = len(self.netsuite.requests(call=call))
        made: list[str] = []
        yield made
        log = self.netsuite.requests(call=call)[before:]
        made += [str(request["call"]) for request in log if request["call"] != "token"]
