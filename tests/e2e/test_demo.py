"""`closedwon demo`, as a person starts it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from workers.demo.seed import developer_edition, won_accounts
from workers.demo.story import CHILDREN, EDGE, EDGES_NEW_PHONE, IN_NETSUITE_TWICE, PARENT
from workers.processes import PROJECT

pytestmark = pytest.mark.timeout(180)
PROGRAM = Path(sys.executable).parent / "closedwon"


@contextmanager
def demo(directory: Path) -> Iterator[subprocess.Popen[str]]:
    """A demo that stays up; `directory` is where it may put its files."""
    process = subprocess.Popen(
        [PROGRAM, "demo"],
        env=os.environ | {"TMPDIR": str(directory)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    read = ""
    for line in process.stdout:
        read += line
        if words in line:
            return read
    raise AssertionError(f"ended without {words!r}: {read}")


def test_the_story_ends_as_it_is_told() -> None:
    done = subprocess.run(
        [PROGRAM, "demo", "--exit", "--json"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["account"]: row for row in json.loads(done.stdout)}
    names = {account["Name"] for account in developer_edition()["accounts"]}
    assert rows.keys() == names | {IN_NETSUITE_TWICE}
    assert {row["state"] for row in rows.values()} == {"synced"}
    assert len({row["customer"] for row in rows.values()}) == len(rows)
    assert {name for name, row in rows.items() if row["parent"] == PARENT} == set(CHILDREN)
    assert rows[EDGE]["phone"] == EDGES_NEW_PHONE
    assert all(row["why"] and not row["wrong"] for row in rows.values())


def test_seven_accounts_are_won_from_the_beginning() -> None:
    assert len(won_accounts()) == 7


@pytest.mark.parametrize(
    ("number", "after", "status"),
    [
        (signal.SIGINT, "stays up until Ctrl-C", 0),
        (signal.SIGTERM, "are at work", 130),
    ],
)
def test_a_signal_ends_all_that_the_demo_started(
    number: signal.Signals, after: str, status: int, tmp_path: Path
) -> None:
    with demo(tmp_path) as process:
        read_until(process, after)
        started = psutil.Process(process.pid).children(recursive=True)
        began = time.monotonic()

        process.send_signal(number)
        said, _ = process.communicate(timeout=30)

        assert process.returncode == status
        assert "The demo has ended." in said
        assert time.monotonic() - began < 30
    assert len(started) >= 6
    assert [child for child in started if child.is_running()] == []
    assert list(tmp_path.iterdir()) == []


def test_another_terminal_joins_the_demo_with_the_line_that_it_prints(tmp_path: Path) -> None:
    with demo(tmp_path) as process:
        said = read_until(process, "stays up until Ctrl-C")
        line = next(line for line in said.splitlines() if line.startswith("Commands"))
        words = line.removeprefix("Commands").strip()

        done = subprocess.run(
            ["/bin/sh", "-c", f"{words} && printenv REDIS_URL"],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert "The flow is on." in done.stdout, done.stderr
    assert "WARNING" not in done.stdout
    assert "redis://" not in done.stdout, "the shell was left with the demo's variables"


@pytest.mark.long
def test_a_killed_process_ends_the_demo_and_is_named(tmp_path: Path) -> None:
    with demo(tmp_path) as process:
        said = read_until(process, "stays up until Ctrl-C")
        [worker] = [
            child
            for child in psutil.Process(process.pid).children()
            if {"worker", "workers.celery"} <= set(child.cmdline())
        ]

        worker.kill()
        said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "worker was killed (SIGKILL); the demo has ended." in said
    assert "Traceback" not in said
