"""A listener over the Salesforce simulator and a real Redis, for tests."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redis import Redis

from app.flow import Flow
from app.retry import Backoff
from app.services import Services, build_services
from app.settings import Settings
from app.terms import Nudge
from tests.contract.conftest import variables_in
from tests.contract.salesforce_simulator import SalesforceSimulator
from tests.e2e.clouds import Salesforce
from tests.eventually import eventually
from workers.listener import Listener
from workers.patience import Patience

ACCOUNTS, OPPORTUNITIES = "/data/AccountChangeEvent", "/data/OpportunityChangeEvent"
QUICK = Patience(reconnect=Backoff(0.05, 0.5), repeat=Backoff(0.05, 0.2))


@contextmanager
def simulated_clouds(directory: Path) -> Iterator[Mapping[str, str]]:
    """`python -m simulators` on free ports → the variables a client needs."""
    ports = [f"--{name}-port=0" for name in ("salesforce", "pubsub", "netsuite")]
    command = [sys.executable, "-m", "simulators", f"--credentials={directory}", *ports]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout is not None
            assert all(started.stdout.readline() for _ in ports), "the simulators did not start"
            yield variables_in(directory / "simulators.env")
        finally:
            started.terminate()
            assert started.wait(20) == 0


class Scene:
    """An org, the people in it, and what a listener made of what they did."""

    def __init__(self, environ: Mapping[str, str], redis_url: str) -> None:
        self.environ = {**environ, "REDIS_URL": redis_url}
        self.simulator = SalesforceSimulator(environ["SALESFORCE_LOGIN_URL"])
        self.simulator.post("reset")
        self.people = Salesforce(environ)
        self.redis: Any = Redis.from_url(redis_url, decode_responses=True)
        self.nudges: list[Nudge] = []
        self.flow = Flow()

    def log_in(self) -> None:
        """The people's sessions may have expired, too."""
        self.people.close()
        self.people = Salesforce(self.environ)

    def close(self) -> None:
        self.people.close()
        self.simulator.http.close()
        self.redis.close()

    def services(self, **changes: Any) -> Services:
        """As a process would build them, save that nudges are only noted down."""
        given = {name.lower(): value for name, value in self.environ.items()} | changes
        settings = Settings(_env_file=None, **given)
        return build_services(settings, self.flow, self.nudges.extend)

    @contextmanager
    def listening(self, patience: Patience = QUICK, **settings: Any) -> Iterator[Listener]:
        """A listener in a thread; it must end well."""
        services = self.services(**settings)
        listener, codes = Listener(services, patience), []
        thread = threading.Thread(target=lambda: codes.append(listener.run()))
        thread.start()
        try:
            yield listener
        finally:
            listener.stop()
            thread.join(10)
            services.salesforce.close()
            services.redis.close()
        assert codes == [0]

    @contextmanager
    def process(self, directory: Path) -> Iterator["subprocess.Popen[str]"]:
        """`closedwon listen`; `directory` takes its log and has no .env."""
        command = [str(Path(sys.executable).parent / "closedwon"), "listen"]
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with (directory / "listener.log").open("w") as log:
            started = subprocess.Popen(
                command, cwd=directory, env=inherited | self.environ, stderr=log, text=True
            )
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()
            started.wait(10)

    def save_account(self, name: str = "Edge Communications", **fields: object) -> str:
        return self.people.create("Account", {"Name": name, **fields})

    def save_opportunity(self, account: str, stage: str) -> str:
        fields = {"Name": "A deal", "StageName": stage, "CloseDate": "2026-12-31"}
        return self.people.create("Opportunity", {"AccountId": account, **fields})

    def opened(self, accounts: Sequence[str]) -> None:
        """Waits until each has a row under way."""
        eventually(lambda: all(self.row(account) for account in accounts), "all rows are open")

    def row(self, account: str) -> dict[str, str]:
        row: dict[str, str] = self.redis.hgetall(f"cw:row:{account}")
        return row

    def reasons(self, account: str) -> list[str]:
        """Why the account was opened, oldest first."""
        told: list[str] = self.redis.lrange(f"cw:story:{account}", 0, -1)
        return told

    def cursor(self, channel: str = ACCOUNTS) -> dict[str, str]:
        fields: dict[str, str] = self.redis.hgetall(f"cw:cursor:{channel}")
        return fields

    def state(self, channel: str = ACCOUNTS) -> dict[str, str]:
        """Where the channel stands, as `flow status` shows it."""
        fields: dict[str, str] = self.redis.hgetall(f"cw:listener:{channel}")
        return fields

    def connected(self, count: int = 2) -> None:
        """Waits until so many streams are live."""
        eventually(lambda: self.simulator.get("streams")["count"] == count, f"{count} streams")

    def forget_rows(self) -> None:
        """So that a test sees what is opened from here on."""
        for key in self.redis.scan_iter("cw:row:*"):
            self.redis.delete(key)
