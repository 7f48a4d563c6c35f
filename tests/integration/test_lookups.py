"""Look-ups in NetSuite: whose a Customer is, and how many queries it takes. Over the simulator."""

import unicodedata

import httpx
import pytest

from app.errors import ServiceUnavailable
from app.netsuite.lookups import Lookups
from app.services import Services
from tests.integration.planting import Plant, ids, queries

NAMES = [
    "O'Brien & Söhne",
    "100 % GmbH_",
    'The "Best" \\ Company; --',
    "Emoji 🏢 Ltd",
    "Straße der Pariser Commune",
    "ΑΘΗΝΑΪΚΗ Ζυθοποιία",
    "x" * 83,
]


def test_one_query_finds_by_id_and_by_name(
    lookups: Lookups, plant: Plant, netsuite: httpx.Client
) -> None:
    own, twin = plant("Acme", externalId="SF-1"), plant("ACME ")
    plant("Acme Ltd"), plant("Other", externalId="SF-10")
    before = queries(netsuite)

    found = lookups.candidates("SF-1", "Acme")

    assert ids(found) == ([own], [own, twin])
    assert found.by_id[0].external_id == "SF-1"
    assert queries(netsuite) - before == 1


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_kind_are_found_and_nothing_else(
    lookups: Lookups, plant: Plant, name: str
) -> None:
    wanted = plant(name, externalId="SF-1")
    plant(name[1:]), plant("100 x GmbHx")

    found = [lookups.candidates("SF-0", spelt) for spelt in (name, name.lower(), f" {name}")]

    assert [ids(each) for each in found] == [([], [wanted])] * 3


def test_spaces_case_and_composed_letters_make_no_other_name(
    lookups: Lookups, plant: Plant
) -> None:
    spaced, composed = plant("Two   Words"), plant("Café")
    decomposed = plant(unicodedata.normalize("NFD", "Café"))

    found = [lookups.candidates("SF-0", name) for name in ("two words", "CAFÉ", "Cafe\u0301")]

    assert [ids(each)[1] for each in found] == [[spaced], [composed], [composed, decomposed]]


def test_persons_are_found_by_id_and_never_by_name(lookups: Lookups, plant: Plant) -> None:
    person = {"isPerson": True, "firstName": "Ada", "lastName": "Lovelace", "externalId": "SF-7"}
    ada = plant("Ada Lovelace", **person)

    found = lookups.candidates("SF-7", "Ada Lovelace")

    assert ids(found) == ([ada], [])
    assert found.by_id[0].is_person


def test_what_a_decision_needs_is_told(lookups: Lookups, plant: Plant) -> None:
    lead = plant("Lead", searchStage="LEAD")
    off = plant("Off", isInactive=True)

    found = [lookups.candidates("SF-0", name).by_name[0] for name in ("Lead", "Off")]

    assert [(c.id, c.stage, c.is_inactive) for c in found] == [
        (lead, "LEAD", False),
        (off, "CUSTOMER", True),
    ]


def test_without_a_name_the_id_alone_is_looked_for(lookups: Lookups, plant: Plant) -> None:
    own = plant("Nameless", externalId="SF-1")

    found = [lookups.candidates("SF-1", name) for name in (None, "", "  ")]

    assert [ids(each) for each in found] == [([own], [])] * 3


def test_a_custom_field_stands_in_for_the_external_id(
    services: Services, plant: Plant, netsuite: httpx.Client
) -> None:
    netsuite.patch("settings", json={"custom_fields": {"custentity_sf": "string"}})
    own = plant("Own", externalId="CRM-9", custentity_sf="SF-1")
    twin = plant("Own", externalId="SF-1")
    lookups = Lookups(services.netsuite, "custentity_sf")

    found = lookups.candidates("SF-1", "own")

    assert ids(found) == ([own], [own, twin])
    assert [customer.external_id for customer in found.by_name] == ["SF-1", None]


def test_a_stage_that_netsuite_does_not_show_is_no_longer_asked_for(
    lookups: Lookups, plant: Plant, netsuite: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    lead = plant("Lead", searchStage="LEAD")
    message = "Search error occurred: Unknown identifier 'searchstage'."
    fault = {"call": "suiteql", "contains": "searchstage", "status": 400, "times": None}
    fault |= {"code": "INVALID_PARAMETER", "message": message}
    netsuite.post("faults", json=fault).raise_for_status()
    before = queries(netsuite)

    found = [lookups.candidates("SF-0", "Lead").by_name[0] for _ in range(3)]

    assert {(c.id, c.stage) for c in found} == {(lead, "CUSTOMER")}
    assert queries(netsuite) - before == 4
    assert caplog.text.count("leads and prospects go unnoticed") == 1


def test_a_customer_is_found_by_its_internal_id(lookups: Lookups, plant: Plant) -> None:
    own = plant("Own", externalId="SF-1")

    found = lookups.customer(own)

    assert found
    assert (found.id, found.name, found.external_id) == (own, "Own", "SF-1")
    assert [lookups.customer(other) for other in ("999999", "no id", "", "1 OR 1=1")] == [None] * 4


def test_rows_that_lack_an_id_are_the_services_failure(
    lookups: Lookups, netsuite: httpx.Client
) -> None:
    body = '{"items": [{"companyname": "Acme"}]}'
    fault = {"call": "suiteql", "status": 200, "body": body, "times": 1}
    netsuite.post("faults", json=fault).raise_for_status()

    with pytest.raises(ServiceUnavailable) as refused:
        lookups.candidates("SF-0", "Acme")

    assert refused.value.service == "netsuite"
