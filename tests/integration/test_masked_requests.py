"""What an admin sees of the request that a service refused."""

import pytest

from app.errors import AmbiguousMatch, RecordRejected, SyncError
from app.services import Services
from app.terms import Letter
from tests.integration.listening import Scene
from tests.integration.office import Office

PERSONAL = ("Acme", "757", "Main St", "Berlin")


def test_a_refused_write_is_shown_without_its_values(office: Office) -> None:
    account = office.save(Phone="(512) 757-6000", BillingStreet="1 Main St", BillingCity="Berlin")
    office.netsuite.fault(call="customer.put", code="USER_ERROR", status=400, message="No.")

    refused = office.letter(account)

    first, second = refused.request.splitlines()[:2]
    assert isinstance(refused, RecordRejected)
    assert first == (f"PUT /services/rest/record/v1/customer/eid:SF-{account}?replace=addressBook")
    assert second == "→ 400"
    assert f'"externalId": "SF-{account}"' in refused.request
    assert '"companyName": "•• text, 4 characters"' in refused.request
    assert not [value for value in PERSONAL if value in refused.request]
    assert "Bearer" not in refused.request


def test_the_request_stands_in_the_letter(office: Office) -> None:
    account = office.save()
    office.netsuite.fault(call="customer.put", code="USER_ERROR", status=400, message="No.")

    refused = office.letter(account)

    letter = office.services.letters.get(account)
    assert letter
    assert letter.request == refused.request
    assert Letter.of(refused).request == refused.request


def test_a_write_that_shows_what_was_hidden_is_shown(office: Office) -> None:
    account = office.save()
    office.netsuite.plant_entity(type="vendor", externalId=f"SF-{account}", entityId="V-1")

    hidden = office.letter(account)

    assert isinstance(hidden, AmbiguousMatch)
    assert hidden.request.startswith("PUT /services/rest/record/v1/customer/eid:")


def test_a_refused_query_is_shown_with_its_ids_alone(office: Office) -> None:
    account = office.save()
    office.scene.people.fault(call="queryAll", code="INVALID_FIELD", status=400)

    with pytest.raises(SyncError) as caught:
        office.services.accounts.search_names("Acme", 10)

    assert "Name LIKE '•• text, 6 characters'" in caught.value.request
    assert caught.value.request.endswith("→ 400")
    assert account not in caught.value.request


def test_a_refused_login_shows_no_secret(scene: Scene, services: Services) -> None:
    scene.people.fault(call="token", status=400, code="invalid_grant")

    with pytest.raises(SyncError) as caught:
        services.salesforce.log_in_anew()

    first, second, third = caught.value.request.splitlines()
    assert (first, second) == ("POST /services/oauth2/token", "→ 400")
    assert third.endswith("bytes that are no JSON)")


def test_a_request_without_an_answer_says_so(office: Office) -> None:
    office.netsuite.fault(call="suiteql", drop="before", times=None)

    with pytest.raises(SyncError) as caught:
        office.services.lookups.customer("1042")

    assert "\n→ no answer\n" in caught.value.request
    assert '"1042"' in caught.value.request
