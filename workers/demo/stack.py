"""The whole product on one machine: a Redis, both simulators and the Procfile's processes."""

import os
import secrets
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from dotenv import dotenv_values

from app.salesforce_settings import DEFAULT_CHANNELS
from app.settings import Settings
from workers.demo.process import Process, await_all, end_all
from workers.demo.readiness import Readiness, answers, node_name
from workers.demo.signals import signals_unwind, undisturbed
from workers.flower.settings import FlowerSettings
from workers.processes import for_processes, read_procfile
from workers.redis_server import RedisServer, reserved_port

_START_SECONDS = 40.0
_STOP_SECONDS = 20.0
_FOREIGN = ("SALESFORCE_", "NETSUITE_", "FLOWER_", "CELERY_")
"""Variables of these kinds speak of other orgs and processes than the stack's."""


class Stack:
    """Everything that a sync needs, in one directory, alone in its use.

    A context manager: entered, all of it runs and is at work; left, whatever way, all of it has
    ended. Meanwhile single processes may be stopped, killed and started by their Procfile names,
    further ones of a kind as `worker2`, `worker3` and so on; `redis` (a RedisServer) too, by its
    own methods.
    """

    def __init__(
        self,
        directory: Path,
        *,
        flow: str | None = None,
        settings: Mapping[str, str] | None = None,
        processes: Sequence[str] = ("worker", "listener", "beat", "flower"),
    ) -> None:
        """`directory` must exist. `flow`: text of a flow file; its defaults without. `settings`:
        variables of the environment. `processes`: those that are started on entry.
        """
        self.directory = directory.resolve()
        self.redis = RedisServer(self.directory)
        self.operator_login = "operator", secrets.token_urlsafe(12)
        """User and password of somebody who may read Flower's pages."""
        self.admin_login = "admin", secrets.token_urlsafe(12)
        """Of somebody who may act there, too."""
        self.environment: dict[str, str] = {}
        """What the processes run with: give it to any command that is to join them."""
        self.prefixes: dict[str, str] = {}
        """A process's name to a command that runs it, as `nice`: of those not started yet."""
        self._flow = flow or ""
        self._settings = dict(settings or {})
        self._first = tuple(processes)
        self._processes: dict[str, Process] = {}
        self._questions: dict[str, Callable[[], bool]] = {}
        """Of each process that runs: is it at work?"""
        self._undo = ExitStack()

    @property
    def salesforce_url(self) -> str:
        """The simulated org: login and REST API, and its admin plane under /_simulator."""
        return self.environment["SALESFORCE_LOGIN_URL"]

    @property
    def netsuite_url(self) -> str:
        """The simulated NetSuite account, with its admin plane under /_simulator."""
        return self.environment["NETSUITE_BASE_URL"]

    @property
    def flower_url(self) -> str:
        """Its pages want `operator_login` or `admin_login`."""
        return f"http://127.0.0.1:{self.environment['FLOWER_PORT']}"

    @property
    def redis_url(self) -> str:
        return self.redis.url

    @property
    def variables(self) -> dict[str, str]:
        """The settings among the environment. Empty: not given, and not to be taken from `.env`."""
        names = (name.upper() for name in Settings.model_fields)
        return {name: self.environment[name] for name in names}

    def log(self, name: str) -> Path:
        """The file with the output of a process, or of `simulators`."""
        return self.directory / f"{name}.log"

    def pid(self, name: str) -> int | None:
        """None: the process does not run."""
        return self._process(name).pid

    def start(self, *names: str) -> None:
        """Starts processes, at the same time, and waits until each is at work.

        Raises:
            ProcessFailed: one runs already, ended, or was not ready in time.
        """
        for name in names:
            self.launch(name)
        await_all({self._process(name): self._questions[name] for name in names}, _START_SECONDS)

    def launch(self, name: str) -> None:
        """Starts a process and leaves it to itself, as a supervisor does.

        Raises:
            ProcessFailed: it runs already.
        """
        process = self._process(name)
        self._questions[name] = self._readiness().of(name, process.log)
        process.start()

    def is_at_work(self, name: str) -> bool:
        """Whether a process that was started is ready by now; asks it."""
        return self.pid(name) is not None and self._questions[name]()

    def ask_to_end(self, name: str) -> None:
        """Tells a process to finish what it is about and end, and does not wait for that."""
        self._process(name).terminate()

    def stop(self, *names: str) -> None:
        """Asks processes to end and waits; kills those that take too long."""
        end_all([self._process(name) for name in names], _STOP_SECONDS)

    def kill(self, name: str) -> None:
        """Ends a process at once, as a power cut would."""
        self._process(name).kill()

    def ensure_alive(self) -> None:
        """
        Raises:
            ProcessFailed: something ended although nobody asked it to.
        """
        for process in self._processes.values():
            process.ensure_alive()

    def __enter__(self) -> "Stack":
        """
        Raises:
            ProcessFailed: something ended or was not ready in time; the rest has ended then, too.
            ConfigurationError: there is no Redis server to run.
        """
        with ExitStack() as undo:
            undo.enter_context(signals_unwind())
            undo.enter_context(self.redis)
            undo.callback(self._end)
            self.environment = self._own_environment(undo.enter_context(reserved_port()))
            self.environment |= self._start_simulators()
            self.start(*self._first)
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with undisturbed():
            self._undo.close()

    def _own_environment(self, flower_port: int) -> dict[str, str]:
        """Ours minus what names other services. An empty variable is one that is not given, and
        keeps a `.env` in the working directory from giving it.
        """
        known = {name.upper() for kind in (Settings, FlowerSettings) for name in kind.model_fields}
        kept = {
            name: value
            for name, value in os.environ.items()
            if name.upper() not in known and not name.upper().startswith(_FOREIGN)
        }
        flow_file = self.directory / "flow.toml"
        flow_file.write_text(self._flow)
        return (
            for_processes(kept)
            | dict.fromkeys(known, "")
            | {
                "PYTHONUNBUFFERED": "1",  # logs tell at once
                "REDIS_URL": self.redis_url,
                "FLOW_FILE": str(flow_file),
                "FLOWER_PORT": str(flower_port),
                "PAGES_URL": f"http://127.0.0.1:{flower_port}",
                "FLOWER_BASIC_AUTH": ",".join(
                    ":".join(login) for login in (self.operator_login, self.admin_login)
                ),
                "FLOWER_ADMINS": self.admin_login[0],
                **self._settings,
            }
        )

    def _start_simulators(self) -> dict[str, str]:
        """→ the variables that lead clients to them."""
        credentials = self.directory / "credentials"
        written = credentials / "simulators.env"
        written.unlink(missing_ok=True)
        words = [sys.executable, "-m", "simulators", "--credentials", str(credentials)]
        words += [f"--{service}-port=0" for service in ("salesforce", "pubsub", "netsuite")]
        simulators = Process(
            "simulators", shlex.join(words), self.environment, self.log("simulators")
        )
        self._processes["simulators"] = simulators

        def serving() -> bool:
            found = dotenv_values(written) if written.exists() else {}
            urls = found.get("SALESFORCE_LOGIN_URL"), found.get("NETSUITE_BASE_URL")
            return all(url and answers(f"{url}/_simulator/health") for url in urls)

        simulators.start()
        await_all({simulators: serving}, _START_SECONDS)
        return {name: value for name, value in dotenv_values(written).items() if value}

    def _readiness(self) -> Readiness:
        channels = self.environment["SALESFORCE_CHANNELS"] or ",".join(DEFAULT_CHANNELS)
        return Readiness(
            self.redis_url, self.salesforce_url, self.flower_url, frozenset(channels.split(","))
        )

    def _process(self, name: str) -> Process:
        if name not in self._processes:
            command = f"{self.prefixes.get(name, '')} {_command_of(name)}".strip()
            self._processes[name] = Process(name, command, self.environment, self.log(name))
        return self._processes[name]

    def _end(self) -> None:
        """The simulators last: what the others are about may need them."""
        with undisturbed():
            simulators = self._processes.pop("simulators", None)
            end_all(self._processes.values(), _STOP_SECONDS)
            end_all([simulators] if simulators else [], _STOP_SECONDS)


def _command_of(name: str) -> str:
    """The Procfile's; that of a further worker under a node name of its own, as Celery wants."""
    kind = name.rstrip("0123456789")
    own_name = f" --hostname={node_name(name)}" if kind == "worker" != name else ""
    return read_procfile()[kind] + own_name
