"""Systems for end-to-end tests: each flow file's is started once, and tests share it."""

from collections.abc import Iterator

import pytest

from tests.e2e.running import running
from tests.e2e.system import System


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
