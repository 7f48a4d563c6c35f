"""Token-Based Authentication, as long as it lasts: the whole sync signs its requests."""

from pathlib import Path

import pytest
from dotenv import dotenv_values

from tests.e2e.running import QUICK, THE_SYNC
from tests.e2e.system import System
from workers.demo.stack import Stack


@pytest.fixture
def variables(tmp_path: Path) -> Path:
    """Written by the simulators when they start."""
    return tmp_path / "credentials/netsuite-tba.env"


def test_customers_are_made_with_signatures_and_every_process_warns_of_their_end(
    tmp_path: Path, variables: Path
) -> None:
    with Stack(tmp_path, settings=QUICK, processes=()) as stack:
        legacy = {name: value or "" for name, value in dotenv_values(variables).items()}
        stack.environment |= legacy
        stack.start(*THE_SYNC)
        system = System(stack)

        account = system.account(
            system.name("O'Signed & 100% é+"), won=True, BillingStreet="1 Main Street"
        )
        system.reaches(account, "synced")
        status = system.json("flow", "status")

        assert system.netsuite.customers(external_id=f"SF-{account}")
        assert system.netsuite.count(call="token") == 0
        assert any("2027.1" in warning for warning in status["warnings"])
        logs = {process: system.log(process) for process in THE_SYNC}
        system.close()
    assert [process for process, log in logs.items() if "from NetSuite 2027.1" not in log] == []
    secrets = [legacy["NETSUITE_CONSUMER_SECRET"], legacy["NETSUITE_TOKEN_SECRET"]]
    assert not any(secret in log for secret in secrets for log in logs.values())
