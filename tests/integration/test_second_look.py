"""Which failures of a write are looked at again, once nothing can land any more."""

import pytest
from celery import Celery
from celery.exceptions import Retry

from tests.integration.office import Office
from workers.stage import StageTask


def fail(office: Office, account: str) -> None:
    """A worker's run, which is tried again."""
    task = Celery(set_as_current=False).task(base=StageTask, shared=False, lazy=False)(fail)
    with pytest.raises(Retry):
        task._work(office.held(account), office.services, lambda held, _: office.write(held))


@pytest.mark.parametrize(
    ("fault", "is_due"),
    [
        ({"drop": "after"}, True),
        ({"status": 400, "code": "UNEXPECTED_ERROR", "message": "Error ID: x1"}, True),
        ({"status": 503, "body": "closed"}, True),
        ({"status": 400, "code": "RCRD_HAS_BEEN_CHANGED", "message": "Record changed."}, False),
    ],
)
def test_a_write_that_may_have_been_carried_out_gets_a_second_look(
    office: Office, fault: dict[str, object], is_due: bool
) -> None:
    account = office.save()
    office.netsuite.fault(call="customer.put", times=1, **fault)

    fail(office, account)

    assert (office.scene.redis.zscore("cw:second_look", account) is not None) == is_due


def test_a_look_up_that_failed_gets_none(office: Office) -> None:
    account = office.save()
    office.netsuite.fault(call="suiteql", times=1, status=503, body="closed")

    fail(office, account)

    assert office.scene.redis.zscore("cw:second_look", account) is None
