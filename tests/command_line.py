"""`closedwon` in a process of its own that need not load its modules: it is forked off one that
has, so that a run costs what its work costs. Tests of the start itself start the program.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from tempfile import TemporaryDirectory

from workers.cli import main

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])
_STREAMS = ("stdin", "stdout", "stderr")


def run(
    words: Sequence[str],
    environ: Mapping[str, str],
    directory: Path,
    *,
    given: str = "",
    seconds: float,
) -> "CompletedProcess[str]":
    """Runs it in the directory, with that environment alone and `given` as its input.

    Raises:
        subprocess.TimeoutExpired: it went on for longer, and was killed.
    """
    with TemporaryDirectory() as place:
        streams = {name: Path(place, name) for name in _STREAMS}
        for stream in streams.values():
            stream.write_text(given if stream.name == "stdin" else "")
        process = _FORKS.Process(target=_run, args=(words, dict(environ), directory, streams))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutExpired(list(words), seconds)
        said = streams["stdout"].read_text(), streams["stderr"].read_text()
    return CompletedProcess(list(words), process.exitcode, *said)


def _run(
    words: Sequence[str], environ: dict[str, str], directory: Path, streams: dict[str, Path]
) -> None:
    """In the new process."""
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(directory)
    for name, mode in zip(_STREAMS, ("r", "w", "w"), strict=True):
        stream = streams[name].open(mode, encoding="utf-8")
        os.dup2(stream.fileno(), _STREAMS.index(name))
        setattr(sys, name, stream)
    main(words, prog_name="closedwon")
