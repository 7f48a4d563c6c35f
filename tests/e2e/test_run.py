"""`closedwon run`: the Procfile's processes under one roof."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.eventually import eventually
from workers.demo.readiness import answers
from workers.demo.stack import Stack
from workers.processes import PROJECT, read_procfile

PROGRAM = Path(sys.executable).parent / "closedwon"


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Redis and both simulators, without the processes."""
    with Stack(tmp_path_factory.mktemp("clouds"), processes=()) as stack:
        yield stack


class Run:
    """A `closedwon run` that is at work."""

    def __init__(self, clouds: Stack, output: Path) -> None:
        self._output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [PROGRAM, "run"],
                cwd=PROJECT,
                env=clouds.environment,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        try:
            eventually(lambda: self._at_work(clouds), "all processes to be at work")
        except BaseException:
            self.end()
            raise
        self.started = psutil.Process(self.process.pid).children(recursive=True)

    def _at_work(self, clouds: Stack) -> bool:
        assert self.process.poll() is None, self.output
        channels = len(re.findall("the stream is opened", self.output))
        return (
            channels == 2
            and " ready." in self.output
            and answers(f"{clouds.flower_url}/healthcheck")
        )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def pid(self, name: str) -> int:
        found = re.search(rf"{name} started \(pid=(\d+)\)", self.output)
        assert found
        return int(found[1])

    def end(self) -> None:
        """Whatever the test found."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(60)


@pytest.fixture
def run(clouds: Stack, tmp_path: Path) -> Iterator[Run]:
    started = Run(clouds, tmp_path / "output")
    yield started
    started.end()


def test_ctrl_c_ends_all_processes(run: Run) -> None:
    names = read_procfile().keys()

    run.process.send_signal(signal.SIGINT)
    status = run.process.wait(30)

    assert status == 0, run.output
    assert all(f"{name} started" in run.output for name in names)
    assert [child for child in run.started if child.is_running()] == []


def test_a_process_that_ends_takes_the_others_with_it_for_a_supervisor_to_see(run: Run) -> None:
    os.kill(run.pid("worker"), signal.SIGKILL)
    status = run.process.wait(30)

    assert status == 1, run.output
    assert "supervisor" in run.output
    assert [child for child in run.started if child.is_running()] == []


def test_all_that_is_wrong_is_said_before_anything_starts(tmp_path: Path) -> None:
    done = subprocess.run(
        [PROGRAM, "run"],
        cwd=tmp_path,
        env={"PATH": os.defpath, "NETSUITE_CONCURRENCY": "many"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for name in ("SALESFORCE_LOGIN_URL", "NETSUITE_CONCURRENCY", "FLOWER_BASIC_AUTH", "Procfile"):
        assert name in done.stderr


def test_flower_answers_nobody_without_a_login(clouds: Stack) -> None:
    clouds.start("flower")
    try:
        assert not answers(f"{clouds.flower_url}/api/tasks")
        assert not answers(f"{clouds.flower_url}/")
    finally:
        clouds.stop("flower")
