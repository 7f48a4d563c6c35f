"""Several processes that share NetSuite's slots, each with a governor of its own.

Run as a module it is one of them: with a Redis, an address, an Authorization, slots and threads, it
asks NetSuite again and again until its standard input ends, then prints as JSON which statuses were
answered how often.
"""

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from redis import Redis

from app.netsuite.allotment import Pace
from app.netsuite.governor import Governor

PACE = Pace(lease=1.0, beat=0.05, soon=0.01, rotation=0.1)
_QUERY = {"q": "SELECT id FROM currency"}


class User:
    """One process."""

    def __init__(self, *arguments: object) -> None:
        command = [sys.executable, "-m", __name__, *map(str, arguments)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = self._process.pid

    def end(self) -> dict[str, int]:
        """→ how often NetSuite answered with which status."""
        told, _ = self._process.communicate(timeout=30)
        assert self._process.returncode == 0
        statuses: dict[str, int] = json.loads(told)
        return statuses

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=30)

    def is_running(self) -> bool:
        return self._process.poll() is None


@contextmanager
def users(count: int, *arguments: object) -> Iterator[list[User]]:
    """So many processes; those that still run are killed at the end."""
    started = [User(*arguments) for _ in range(count)]
    try:
        yield started
    finally:
        for user in started:
            if user.is_running():
                user.kill()


def ask_on(redis_url: str, url: str, token: str, slots: int, threads: int) -> Counter[int]:
    """Until standard input ends."""
    statuses: Counter[int] = Counter()
    over = threading.Event()
    governor = Governor(Redis.from_url(redis_url, decode_responses=True), slots, 30.0, PACE)
    with httpx.Client(base_url=url, headers={"Authorization": token}, timeout=30) as http:

        def work() -> None:
            while not over.is_set():
                with governor.slot():
                    answer = http.post(
                        "/services/rest/query/v1/suiteql",
                        json=_QUERY,
                        headers={"Prefer": "transient"},
                    )
                statuses[answer.status_code] += 1

        working = [threading.Thread(target=work) for _ in range(threads)]
        for thread in working:
            thread.start()
        sys.stdin.read()
        over.set()
        for thread in working:
            thread.join()
    governor.close()
    return statuses


if __name__ == "__main__":
    redis_url, url, token, slots, threads = sys.argv[1:]
    sys.stdout.write(json.dumps(ask_on(redis_url, url, token, int(slots), int(threads))))
