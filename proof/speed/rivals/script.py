"""The script that a capable person would write instead: per account one SOQL query, one search by
name in NetSuite, and a create or an update, in fifteen threads.

As many threads as NetSuite takes requests at a time: more would be refused, fewer leave places
empty. Threads share a client per cloud; what is refused for want of a place is tried again. It
knows an Account's Customer by name alone, as such scripts do, so that two Accounts of one name
share a Customer, and a create whose answer is lost is an error in its list.

    python -m proof.speed.rivals.script [--threads 15] [FILE]

reads Account ids, one on a line, from the file or from standard input, each as it comes, wants the
variables of both clouds and prints JSON. CPU and seconds are counted once it has logged in, without
its start. With RIVAL_TALLIES, a directory, what it has done is seen there meanwhile.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from proof.speed.rivals.hops import TALLIES
from proof.speed.rivals.mapping import changed_customer, name_of, new_customer
from proof.speed.rivals.services import NetSuite, Salesforce
from proof.speed.rivals.tally import Tally

_ERRORS_SHOWN = 10


class Script:
    """Threads share it."""

    def __init__(self, variables: Mapping[str, str], threads: int) -> None:
        """Logs in to both clouds."""
        tallies = variables.get(TALLIES)
        self._threads, self._tally = threads, Tally(Path(tallies) if tallies else None)
        self._salesforce = Salesforce(variables, threads, self._tally)
        self._netsuite = NetSuite(variables, threads, self._tally)
        self._errors: list[str] = []
        self._tally.add("ready")

    def run(self, accounts: Iterable[str]) -> dict[str, object]:
        """→ what it took: see `main`."""
        began, used = time.monotonic(), time.process_time()
        with ThreadPoolExecutor(self._threads) as pool:
            for account in accounts:
                pool.submit(self._try, account)
        counts = self._tally.read()
        return {
            "accounts": counts["done"] + counts["failed"],
            "seconds": time.monotonic() - began,
            "cpu_seconds": time.process_time() - used,
            "calls": {cloud: counts[cloud] for cloud in ("salesforce", "netsuite")},
            "refused": counts["refused"],
            "failed": counts["failed"],
            "errors": self._errors[:_ERRORS_SHOWN],
        }

    def _try(self, account: str) -> None:
        try:
            self._sync(account)
        except httpx.HTTPError as error:
            self._errors.append(f"{account}: {error}")
            self._tally.add("failed")
        else:
            self._tally.add("done")

    def _sync(self, account: str) -> None:
        read = self._salesforce.won_account(account)
        if read is None:
            return
        found = self._netsuite.named(name_of(read))
        if found:
            self._netsuite.update(found[0]["id"], changed_customer(read))
        else:
            self._netsuite.create(new_customer(read))


def main() -> None:
    """Prints accounts, seconds, cpu_seconds (user and system), calls per cloud, refused (calls that
    NetSuite would not take just then), failed (accounts) and the first ten errors.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=15)
    parser.add_argument("file", nargs="?", type=argparse.FileType(), default=sys.stdin)
    given = parser.parse_args()
    accounts = (line.strip() for line in given.file)
    told = Script(os.environ, given.threads).run(filter(None, accounts))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
