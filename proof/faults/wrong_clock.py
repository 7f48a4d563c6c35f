"""`python -m proof.faults.wrong_clock PROGRAM…`: a Python program whose time of day libfaketime
sets wrong.

Its timers must go right. But libfaketime 0.9.10 shifts the end of Python's `time.sleep`, too, which
is told to the system in monotonic time, by as much as the time of day; so here sleep is a wait for
nothing, whose length is told.
"""

import runpy
import select
import shutil
import sys
import time
from typing import SupportsIndex


def main() -> None:
    """
    Raises:
        SystemExit: there is no such program; or with what it ends.
    """
    time.sleep = _sleep
    sys.argv = sys.argv[1:]
    program = shutil.which(sys.argv[0])
    if program is None:
        raise SystemExit(f"{sys.argv[0]}: there is no such program on PATH.")
    runpy.run_path(program, run_name="__main__")


def _sleep(seconds: float | SupportsIndex) -> None:
    select.select((), (), (), float(seconds))


if __name__ == "__main__":
    main()
