"""What threads are doing, for tests that must not go by time."""

import sys
import traceback
from concurrent.futures import Future


def waiting() -> int:
    """How many threads wait for a future: for another's fetch."""
    return sum(
        any(step.f_code is Future.result.__code__ for step, _ in traceback.walk_stack(frame))
        for frame in sys._current_frames().values()
    )
