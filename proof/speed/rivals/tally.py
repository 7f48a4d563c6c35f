"""What a rival has done so far, counted where another process sees it at once.

A file in memory: adding to it costs about a microsecond, where a counter in Redis would cost the
rival a round trip for each account.
"""

import os
from mmap import mmap
from pathlib import Path
from threading import Lock
from typing import Literal, get_args

Count = Literal["ready", "done", "failed", "refused", "salesforce", "netsuite"]
"""Of processes at work; of accounts that are settled, and that ended with an error; of calls that
NetSuite would not take just then; of calls to either cloud, refused ones included.
"""
COUNTS: tuple[Count, ...] = get_args(Count)
_BYTES = 8
_ENDING = ".tally"


class Tally:
    """The counts of one process. Threads share it."""

    def __init__(self, directory: Path | None = None) -> None:
        """`directory`: where others find it, under this process's id; None: nobody is to."""
        size = _BYTES * len(COUNTS)
        if directory is None:
            shared = mmap(-1, size)
        else:
            path = directory / f"{os.getpid()}{_ENDING}"
            path.write_bytes(bytes(size))
            with path.open("r+b") as file:
                shared = mmap(file.fileno(), size)
        self._counts = memoryview(shared).cast("q")
        self._lock = Lock()

    def add(self, what: Count) -> None:
        place = COUNTS.index(what)
        with self._lock:
            self._counts[place] += 1

    def read(self) -> dict[Count, int]:
        return dict(zip(COUNTS, self._counts, strict=True))


def read_tallies(directory: Path) -> dict[Count, int]:
    """The counts of all processes that count there, added up."""
    sums = dict.fromkeys(COUNTS, 0)
    for path in directory.glob(f"*{_ENDING}"):
        counts = memoryview(path.read_bytes()).cast("q")
        for what, count in zip(COUNTS, counts, strict=False):  # it may be empty still
            sums[what] += count
    return sums
