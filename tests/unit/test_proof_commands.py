"""What a proof runs to its end, and what keeps it from running for nothing."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from proof.faults.command import faults
from proof.rig.commands import run
from proof.speed.command import speed
from workers.demo.signals import signals_unwind

_TELLS_ITS_END = """
import os, pathlib, signal, sys, time
def ended(*_):
    pathlib.Path(sys.argv[1]).write_text("orderly")
    sys.exit()
signal.signal(signal.SIGTERM, ended)
os.kill(os.getppid(), signal.SIGINT)
time.sleep(60)
"""
"""Ready to be ended, it has us be interrupted, as by Ctrl-C."""


def test_a_command_that_is_not_waited_for_ends_what_it_has_started(tmp_path: Path) -> None:
    told = tmp_path / "told"

    with signals_unwind(), pytest.raises(KeyboardInterrupt):
        run([sys.executable, "-c", _TELLS_ITS_END, str(told)])

    assert told.read_text() == "orderly"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fuzz", "--inputs", "0"], "--inputs"),
        (["poison", "--harms", "-1"], "--harms"),
        (["poison", "--pace", "nan"], "nan is not a finite number"),
        (["poison", "--out", "/proc/nowhere"], "no directory can be made there"),
        (["nonsense"], "worker-kills"),
    ],
)
def test_what_cannot_be_proven_is_refused_at_once(words: list[str], said: str) -> None:
    refused = CliRunner().invoke(faults, words)

    assert refused.exit_code == 2
    assert said in refused.output


def test_the_parts_of_the_bench_are_named() -> None:
    shown = CliRunner().invoke(speed, ["--help"])

    named = " ".join(shown.output.split())
    assert "limit, beside, latency, burst, growth, memory, scaling" in named
