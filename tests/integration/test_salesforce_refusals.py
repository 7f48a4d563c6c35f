"""Salesforce refuses every call: how often one logs in, and who waits for what."""

import pytest

from app.breaker import FAILURES
from app.errors import AuthenticationFailed, ServiceUnavailable, SyncError
from app.salesforce.errors import AllowanceUsedUp
from app.services import Services
from tests.integration.listening import Scene

SOQL = "SELECT Id FROM Account LIMIT 1"
DAILY = {
    "status": 403,
    "code": "REQUEST_LIMIT_EXCEEDED",
    "message": "TotalRequests Limit exceeded.",
    "times": None,
}


def failure_of(services: Services) -> SyncError:
    with pytest.raises(SyncError) as raised:
        services.salesforce.first_page(SOQL)
    return raised.value


def logins(scene: Scene) -> int:
    count: int = scene.simulator.get("requests/count", call="token")["count"]
    return count


def test_a_session_that_is_refused_anew_is_not_replaced_by_every_call(
    scene: Scene, services: Services
) -> None:
    services.salesforce.first_page(SOQL)
    scene.simulator.fault("query", status=401, code="INVALID_SESSION_ID", times=None)
    before = logins(scene)

    failures = [failure_of(services) for _ in range(5)]

    assert {type(failure) for failure in failures} == {AuthenticationFailed}
    assert logins(scene) - before == 1


def test_a_used_up_allowance_pauses_salesforce_and_no_account_is_to_blame(
    scene: Scene, services: Services
) -> None:
    scene.simulator.fault("query", **DAILY)

    failures = [failure_of(services) for _ in range(FAILURES)]

    assert {type(failure) for failure in failures} == {AllowanceUsedUp}
    assert not any(failure.counts for failure in failures)
    assert "daily API limit is used up" in services.pauses.all()["salesforce"]


def test_a_used_up_allowance_is_probed_until_calls_pass_again(
    scene: Scene, services: Services
) -> None:
    for call in ("query", "limits"):
        scene.simulator.fault(call, **DAILY)
    refusal = failure_of(services)
    assert isinstance(refusal, AllowanceUsedUp)
    services.pauses.service_down(refusal, 15)

    early = services.probes.run()
    scene.simulator.http.delete("faults").raise_for_status()
    services.redis.delete("cw:probe:salesforce")
    late = services.probes.run()

    assert (early, late) == ([], ["salesforce"])


@pytest.mark.parametrize("body", ["", "<html>", '{"done": true, "recor', '{"done": true}'])
def test_nonsense_in_place_of_records_is_held_against_salesforce(
    scene: Scene, services: Services, body: str
) -> None:
    scene.simulator.fault("query", status=200, body=body, times=None)

    failures = [failure_of(services) for _ in range(FAILURES)]

    assert not any(failure.counts for failure in failures)
    assert list(services.pauses.all()) == ["salesforce"]


def test_a_save_that_something_else_answers_is_not_taken_for_one(
    scene: Scene, services: Services
) -> None:
    scene.simulator.fault("sobject.patch", status=200, body="<html>")

    with pytest.raises(ServiceUnavailable, match="a save with status 200"):
        services.salesforce.update("Account", "001000000000001AAA", {"Fax": "1"})
