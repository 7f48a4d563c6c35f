"""Systems for end-to-end tests: each flow file's is started once, and tests share it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.system import System
from workers.demo.stack import Stack

QUICK = {
    "LEDGER_GRACE_SECONDS": "3",
    "SWEEP_SECONDS": "1",
    "RETRY_BACKOFF_SECONDS": "0.2",
    "RETRY_BACKOFF_MAX_SECONDS": "2",
    "WORKER_CONCURRENCY": "16",
    "NETSUITE_TIMEOUT_SECONDS": "5",
    "SALESFORCE_TIMEOUT_SECONDS": "5",
    "CREDENTIALS_PAUSE_SECONDS": "1",
}
"""Less patient than production, so that tests need not be patient either."""


@contextmanager
def running(
    directory: Path,
    flow: str | None = None,
    processes: Sequence[str] = ("worker", "listener", "beat", "flower"),
    **settings: str,
) -> Iterator[System]:
    with Stack(directory, flow=flow, settings=QUICK | settings, processes=processes) as stack:
        system = System(stack)
        try:
            yield system
        finally:
            system.close()


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The default flow."""
    with running(tmp_path_factory.mktemp("system")) as started:
        yield started


@pytest.fixture(scope="session")
def syncing_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Late parents are synced; Customers are matched by name alone."""
    flow = '[hierarchy]\nlate_parents = "sync"\n[matching]\norder = ["name"]\n'
    with running(tmp_path_factory.mktemp("syncing"), flow) as started:
        yield started


@pytest.fixture(scope="session")
def reporting_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Late parents are reported; subsidiaries come from a field."""
    flow = (
        '[hierarchy]\nlate_parents = "report"\n'
        '[subsidiaries]\nfield = "Subsidiary__c"\ndefault = "1"\n'
    )
    with running(tmp_path_factory.mktemp("reporting"), flow) as started:
        yield started
