"""A listener over the Salesforce simulator and a real Redis, for tests."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from redis import Redis

from app.flow import Flow
from app.passes import Pass, Passes
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
QUICK = Patience(
    reconnect=Backoff(0.05, 0.5),
    repeat=Backoff(0.05, 0.2),
    heartbeat=0.2,
    settled=0.3,
    standby=0.1,
)


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
        self.environ = {**environ, "REDIS_URL": redis_url, "LISTENER_LEASE_SECONDS": "2"}
        self.simulator = SalesforceSimulator(environ["SALESFORCE_LOGIN_URL"])
        self.simulator.post("reset")
        self.people = Salesforce(environ)
        self.redis: Any = Redis.from_url(redis_url, decode_responses=True)
        self.passes = Passes(self.redis)
        self.nudges: list[Nudge] = []
        self.calls = 0
        """How often the reconciler was called."""
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
    def listening(
        self, patience: Patience = QUICK, *, await_streams: bool = True, **settings: Any
    ) -> Iterator[Listener]:
        """A listener in a thread; it must end well. Its lease is longer than any stall of the
        machine that runs the tests. `await_streams`: what is saved from here on is heard.
        """
        services = self.services(**{"listener_lease_seconds": 20} | settings)
        listener, codes = self.listener(services, patience), []
        thread = threading.Thread(target=lambda: codes.append(listener.run()))
        thread.start()
        try:
            if await_streams:
                self.connected(*services.settings.salesforce_channels)
            yield listener
        finally:
            listener.stop()
            thread.join(10)
            services.salesforce.close()
            services.redis.close()
        assert codes == [0]

    def listener(self, services: Services, patience: Patience = QUICK) -> Listener:
        return Listener(services, patience, self._called)

    def _called(self) -> None:
        self.calls += 1

    @contextmanager
    def process(self, directory: Path) -> Iterator["subprocess.Popen[str]"]:
        """`closedwon listen`; `directory` takes its log, listener.log, and has no .env."""
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
                started.kill()  # one that is stopped by a signal, too
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

    def gap(self, channel: str = ACCOUNTS) -> Pass | None:
        return self.passes.get(f"gap:{channel}")

    def streams(self) -> list[dict[str, Any]]:
        """The live ones: `topic`, `outstanding`, `delivered`."""
        found: list[dict[str, Any]] = self.simulator.get("streams")["streams"]
        return found

    def connected(self, *channels: str) -> None:
        """Waits until there is one stream for each, and no other; both channels by default."""
        wanted = sorted(channels or (ACCOUNTS, OPPORTUNITIES))
        eventually(
            lambda: sorted(stream["topic"] for stream in self.streams()) == wanted,
            f"streams of {wanted}",
        )

    def hear_nothing(self, *channels: str) -> None:
        """A listener stores its cursors, and ends: the next one goes on after them."""
        self.simulator.settings(keepalive_seconds=0.05)
        with self.listening(salesforce_channels=channels or (ACCOUNTS, OPPORTUNITIES)):
            for channel in channels or (ACCOUNTS, OPPORTUNITIES):
                eventually(partial(self._has_place, channel), "a place is stored")
        self.simulator.settings(keepalive_seconds=270.0)
        self.redis.delete("cw:passes")

    def committed(self) -> int:
        """When the newest change of an Account that was heard was committed, in epoch seconds."""
        return int(eventually(lambda: self.cursor().get("commit_ms", ""), "a commit")) // 1000

    def _has_place(self, channel: str) -> bool:
        return "replay_id" in self.cursor(channel)

    def forget_rows(self) -> None:
        """So that a test sees what is opened from here on."""
        for key in self.redis.scan_iter("cw:row:*"):
            self.redis.delete(key)
