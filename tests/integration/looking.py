"""Both simulated clouds and a ledger, for commands that look at them: a test syncs by itself."""

from typing import Any

from app.errors import SyncError
from app.flow import load_flow
from app.models import STAGES
from app.services import Services
from app.stages.hierarchy import Parent
from app.terms import Held, Order
from tests.e2e.clouds import NetSuite
from tests.integration.commands import Command
from tests.integration.listening import Scene

WON = "Closed Won"
_READS = ("token", "suiteql", "collections.retrieve")
"""POSTs that change nothing."""
_PASSING = ("cw:netsuite:", "cw:salesforce:usage")


class Town:
    """A Salesforce org and a NetSuite account that are empty at first."""

    def __init__(self, scene: Scene, command: Command) -> None:
        self.scene = scene
        self.command = command
        self.finance = NetSuite(scene.environ["NETSUITE_BASE_URL"])
        self.finance.reset()
        self.services: Services = scene.services()

    def close(self) -> None:
        self.finance.reset()
        self.finance.close()
        self.services.close()

    def won(self, name: str, **fields: object) -> str:
        """An Account with a Closed Won."""
        account = self.scene.save_account(name, **fields)
        self.scene.save_opportunity(account, WON)
        return account

    def synced(self, name: str, parent: str | None = None, **fields: object) -> tuple[str, str]:
        """Such an Account and its Customer. `parent`: an Account that is synced."""
        account = self.won(name, **fields, **({"ParentId": parent} if parent else {}))
        self.services.ledger.open([Order(account, "a test wants it")])
        self.run(account)
        return account, self.customer(account)

    def customer(self, account: str) -> str:
        return self.scene.row(account)["customer"]

    def run(self, account: str) -> str:
        """The account, queued by whoever, is written → the verdict."""
        held = self._hold(account)
        found = self.services.accounts.read(account)
        assert found
        held.seen = found.seen
        above = found.parent_id
        parent = Parent("ready", self.customer(above)) if above else Parent("none")
        return self.services.upsert.run(held, found, parent)

    def attempt(self, account: str) -> str:
        """The account is opened and written → the verdict, or the error's name."""
        self.services.ledger.open([Order(account, "a test wants it")])
        try:
            return self.run(account)
        except SyncError as error:
            return type(error).__name__

    def _hold(self, account: str) -> Held:
        """Follows the account through its stages."""
        ledger = self.services.ledger
        for stage in STAGES:
            row = self.scene.row(account)
            held = ledger.claim(stage, account, f"{row['token']}.{row['place']}", 60)[1]
            assert held
            if stage == STAGES[-1]:
                return held
            ledger.advance(held, STAGES[STAGES.index(stage) + 1])
        raise AssertionError

    def writes(self) -> list[str]:
        """Every call that changed anything in either cloud, as far as the logs go back."""
        logs = [self.finance.requests(), self.scene.people.requests()]
        return [
            f"{row['method']} {row['path']}"
            for log in logs
            for row in log
            if row["method"] != "GET" and row["call"] not in _READS
        ]

    def forget_requests(self) -> None:
        self.finance.forget_requests()
        self.scene.simulator.http.delete("requests").raise_for_status()

    def flow(self, text: str) -> None:
        """The flow file, for the command and for what the test syncs from here on."""
        file = self.command.directory / "flow.toml"
        file.write_text(text)
        self.scene.flow = load_flow(file)
        self.services.close()
        self.services = self.scene.services()


def told(accounts: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What `--json` says of each account."""
    return {one["account"]: one for one in accounts}


def dumped(redis: Any) -> dict[str, Any]:
    """All of Redis, for comparing, but slots, tokens, and how many API calls are used."""
    keys = [key for key in redis.scan_iter("*") if not key.startswith(_PASSING)]
    return {key: redis.dump(key) for key in keys}
