"""How many queries look-ups in NetSuite take when many want something. Over the simulator."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from app.errors import PermanentError
from app.models import AddressLine
from app.netsuite.lookups import Lookups
from app.services import Services
from tests.integration.planting import Plant, ids, queries


def test_many_at_once_share_a_few_queries(
    lookups: Lookups, plant: Plant, netsuite: httpx.Client
) -> None:
    planted = [plant(f"Acme {n}", externalId=f"SF-{n}") for n in range(30)]
    netsuite.patch("settings", json={"latency_seconds": 0.3})
    lookups.candidates("SF-none", None)  # logs in
    before = queries(netsuite)

    with ThreadPoolExecutor(30) as pool:
        found = list(pool.map(lambda n: lookups.candidates(f"SF-{n}", f"ACME  {n}"), range(30)))

    assert [ids(each) for each in found] == [([own], [own]) for own in planted]
    assert queries(netsuite) - before < 6


def test_a_batch_takes_five_hundred_in_a_query(
    lookups: Lookups, plant: Plant, netsuite: httpx.Client
) -> None:
    first, last = plant("Name 0", externalId="SF-0"), plant("Name 700")
    before = queries(netsuite)

    found = lookups.candidates_of((f"SF-{n}", f"Name {n}") for n in range(701))

    assert len(found) == 701
    assert (ids(found["SF-0"]), ids(found["SF-700"])) == (([first], [first]), ([], [last]))
    assert ids(found["SF-1"]) == ([], [])
    assert queries(netsuite) - before == 2


@pytest.mark.parametrize(("rows", "pages"), [(3, 2), (4, 3)])
def test_more_rows_than_a_page_holds_are_read_to_the_last(
    services: Services, plant: Plant, netsuite: httpx.Client, rows: int, pages: int
) -> None:
    planted = [plant("Chain") for _ in range(rows)]
    lookups = Lookups(services.netsuite, page=2)
    before = queries(netsuite)

    found = lookups.candidates("SF-0", "chain")

    assert [customer.id for customer in found.by_name] == planted
    assert queries(netsuite) - before == pages


def test_what_netsuite_refuses_is_the_trouble_of_the_one_who_asked(
    lookups: Lookups, plant: Plant, netsuite: httpx.Client
) -> None:
    good = plant("Good")
    fault = {"call": "suiteql", "contains": "Poison", "status": 400, "times": None}
    fault |= {"code": "INVALID_PARAMETER", "message": "Invalid or unsupported search."}
    netsuite.post("faults", json=fault).raise_for_status()
    netsuite.patch("settings", json={"latency_seconds": 0.2})

    with ThreadPoolExecutor(9) as pool:
        calls = [pool.submit(lookups.candidates, "SF-0", n) for n in [*["Good"] * 8, "Poison"]]

    assert [ids(call.result())[1] for call in calls[:8]] == [[good]] * 8
    assert isinstance(calls[8].exception(), PermanentError)


def test_the_lines_of_several_address_books_come_in_one_query(
    lookups: Lookups, plant: Plant, netsuite: httpx.Client
) -> None:
    def line(label: str) -> dict[str, object]:
        return {"label": label, "addressBookAddress": {"addr1": "1 Road", "country": {"id": "US"}}}

    both = plant("Both", addressBook={"items": [line("Billing"), line("Shipping")]})
    none = plant("None")
    netsuite.patch("settings", json={"latency_seconds": 0.2})
    before = queries(netsuite)

    with ThreadPoolExecutor(12) as pool:
        lines = list(pool.map(lookups.address_lines, [both, none] * 6))

    assert [found.label for found in lines[0]] == ["Billing", "Shipping"]
    assert all(isinstance(found, AddressLine) and found.id for found in lines[0])
    assert lines == [lines[0], []] * 6
    assert queries(netsuite) - before < 4


def test_currencies_are_read_once_for_a_while(lookups: Lookups, netsuite: httpx.Client) -> None:
    before = queries(netsuite)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: lookups.currencies(), range(16)))

    assert all(known == found[0] for known in found)
    assert found[0]["USD"] == "1"
    assert queries(netsuite) - before == 1
