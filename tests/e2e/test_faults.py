"""`closedwon faults`, as a person starts it: small, so that it shows that all of it works."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(300)
PROGRAM = Path(sys.executable).parent / "closedwon"
SMALL = ("--accounts=20", "--harms=2", "--json")


def test_a_few_killed_processes_lose_and_double_nothing_and_leave_nothing_behind(
    tmp_path: Path,
) -> None:
    out, directory = tmp_path / "out", tmp_path / "tmp"
    directory.mkdir()

    done = subprocess.run(
        [PROGRAM, "faults", "worker-kills", "flower-kills", *SMALL, f"--out={out}"],
        env=os.environ | {"TMPDIR": str(directory)},
        capture_output=True,
        text=True,
        check=False,
    )

    (found,) = json.loads(done.stdout)["sections"]
    assert found["failures"] == {}, done.stderr
    assert len(found["rows"]) == 2
    for figures in found["rows"].values():
        assert figures["harms"] == 2
        assert figures["accounts"] >= 20
        assert figures["writes"] > 0
        assert (figures["lost"], figures["doubled"], figures["letters"]) == (0, 0, 0), done.stderr
        assert figures["own_letters_missing"] == 0
    assert done.returncode == (0 if found["met"] else 1)
    assert json.loads((out / "faults-quick.json").read_text())["machine"]
    assert list(directory.iterdir()) == []
