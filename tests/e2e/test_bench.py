"""`closedwon bench netsuite`, as a person starts it: small, so that its speed says nothing."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.timeout(120)
PROGRAM = Path(sys.executable).parent / "closedwon"
SMALL = ("--accounts=20", "--repeated=20", "--latency-seconds=0.01", "--threads=16")


def start(directory: Path, *words: str) -> subprocess.Popen[str]:
    """`directory` is where it may put its files."""
    return subprocess.Popen(
        [PROGRAM, "bench", "netsuite", *SMALL, f"--out={directory / 'out'}", *words],
        env=os.environ | {"TMPDIR": str(directory)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_a_small_benchmark_tells_all_figures_and_leaves_nothing_behind(tmp_path: Path) -> None:
    process = start(tmp_path, "--only=creates", "--only=unchanged", "--json")

    printed, said = process.communicate()

    told = json.loads(printed)
    figures = {name: found["figures"] for name, found in told["scenarios"].items()}
    assert figures.keys() == {"creates", "unchanged"}
    assert figures["creates"]["netsuite_writes"] == 20
    assert figures["creates"]["netsuite_requests_per_customer"] >= 1
    assert figures["creates"]["salesforce_requests_per_account"] > 0
    assert 1 <= figures["creates"]["peak_concurrency"] <= 15
    assert figures["unchanged"]["netsuite_requests"] == 0
    for scenario in figures.values():
        assert scenario["accounts"] == 20
        assert (scenario["letters"], scenario["not_synced"], scenario["refused"]) == (0, 0, 0)
    assert told["limit_per_second"] == 1500
    assert told["machine"]["cpus"] >= 1
    assert process.returncode == (0 if told["met"] else 1), said
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"netsuite.json", "netsuite.md", "netsuite.svg"}


def test_ctrl_c_ends_all_that_the_benchmark_started(tmp_path: Path) -> None:
    process = start(tmp_path, "--only=creates", "--accounts=5000")
    assert process.stderr is not None
    said = process.stderr.readline()
    started = psutil.Process(process.pid).children(recursive=True)

    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=60)[1]

    assert "creates begins" in said
    assert process.returncode == 130
    assert "Interrupted" in rest
    assert len(started) >= 4
    assert [child for child in started if child.is_running()] == []
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert list((tmp_path / "out").iterdir()) == []
