"""Accounts over HTTP: found, looked at, synced and linked."""

from typing import Any

import httpx
import pytest

from tests.integration.office import Office
from tests.integration.pages import ADMIN, API, FlowerServer

ABSENT = "001000000000001AAA"


def got(client: httpx.Client, path: str, status: int = 200, **query: str) -> Any:
    answer = client.get(f"{API}/accounts{path}", params=query)
    assert answer.status_code == status, answer.text
    return answer.json()


def sent(client: httpx.Client, path: str, status: int = 200, **body: object) -> Any:
    answer = client.post(f"{API}/accounts{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_accounts_are_found_by_name_and_by_customer(
    flower_server: FlowerServer, office: Office
) -> None:
    account = office.save("Acme & Söhne")
    office.run(account)

    by_name = got(flower_server.operator, "", q="söhne")
    by_customer = got(flower_server.operator, "", q=office.customer(account))

    assert by_name == by_customer
    assert by_name == {
        "accounts": [
            {
                "account": account,
                "name": "Acme & Söhne",
                "state": "synced",
                "stage": None,
                "customer": office.customer(account),
                "cause": None,
            }
        ],
        "note": None,
    }


def test_names_are_told_for_many_at_once(flower_server: FlowerServer, office: Office) -> None:
    first, second = office.save("One"), office.save("Two")

    told = got(flower_server.operator, "/names", ids=f"{first[:15]},{second},{ABSENT}")

    assert told == {"names": {first: "One", second: "Two"}, "note": None}


@pytest.mark.parametrize("ids", ["", "x", f"{ABSENT},", ",".join([ABSENT] * 201)])
def test_what_are_no_ids_is_refused(flower_server: FlowerServer, office: Office, ids: str) -> None:
    told = got(flower_server.operator, "/names", status=400, ids=ids)

    assert told["error"] == "BadRequest"
    assert told["message"].startswith("ids:")


def test_all_that_is_known_of_a_dead_account_is_on_its_page(
    flower_server: FlowerServer, office: Office
) -> None:
    account = office.save()
    office.netsuite.fault(call="customer.put", code="USER_ERROR", status=400, message="No.")
    office.letter(account)
    child = office.save("Child", ParentId=account)
    office.desk.wait_for_parent(child, account)

    told = got(flower_server.operator, f"/{account[:15]}")

    assert (told["account"], told["state"], told["stage"]) == (account, "dead", "upsert")
    assert told["letter"]["cause"] == told["cause"] == "RecordRejected"
    assert '"companyName": "•• text, 4 characters"' in told["letter"]["request"]
    assert (told["waiting_behind"], told["waiting_count"]) == ([child], 1)
    assert [line["what"] for line in told["story"]][-1] == "dead"
    assert told["links"]["salesforce"].endswith(f"/lightning/r/Account/{account}/view")
    assert told["links"]["netsuite"] is None
    assert told["paused"] == {}


def test_of_many_that_wait_for_an_account_the_first_are_listed(
    flower_server: FlowerServer, office: Office
) -> None:
    waiting = [f"001{number:012}AAA" for number in range(2, 1202)]
    office.scene.redis.sadd(f"cw:waiting:{ABSENT}", *waiting)

    told = got(flower_server.operator, f"/{ABSENT}")

    assert told["waiting_count"] == 1200
    assert len(told["waiting_behind"]) == 100
    assert set(told["waiting_behind"]) <= set(waiting)


def test_an_account_that_was_never_heard_of_has_a_page(
    flower_server: FlowerServer, office: Office
) -> None:
    told = got(flower_server.operator, f"/{ABSENT}")

    assert (told["state"], told["letter"], told["story"]) == ("none", None, [])


def test_an_account_is_shown_as_salesforce_has_it_now(
    flower_server: FlowerServer, office: Office
) -> None:
    parent = office.save("Above")
    account = office.save(ParentId=parent)

    seen = got(flower_server.operator, f"/{account}/live")
    absent = got(flower_server.operator, f"/{ABSENT}/live")

    assert (seen["known"], seen["name"], seen["is_deleted"]) == (True, "Acme", False)
    assert seen["parent"] == {"account": parent, "name": "Above"}
    assert absent["known"] is False
    assert "Salesforce knows no such Account" in absent["note"]


def test_without_salesforce_the_page_says_so(flower_server: FlowerServer, office: Office) -> None:
    account = office.save()
    office.scene.people.fault(call="queryAll", status=503, times=1)

    told = got(flower_server.operator, f"/{account}/live")

    assert told["known"] is None
    assert told["note"] == "The Account cannot be read: Salesforce is not available."


def test_an_account_is_forced_with_its_parents(flower_server: FlowerServer, office: Office) -> None:
    parent = office.save("Above")
    account = office.save(ParentId=parent)

    told = sent(flower_server.admin, f"/{account}/sync", force=True, why="a test")

    assert told == {"opened": [parent, account]}
    (entry,) = got(flower_server.operator, f"/{account}")["audit"]
    assert (entry["who"], entry["what"], entry["why"]) == (ADMIN[0], "sync", "a test")


def test_a_candidate_is_chosen(flower_server: FlowerServer, office: Office) -> None:
    account = office.save()
    customer, other = (office.netsuite.plant({"companyName": "Acme"}) for _ in range(2))
    office.letter(account)

    shown = got(flower_server.operator, f"/{account}/candidates")
    told = sent(flower_server.admin, f"/{account}/link", customer=customer, why="the older one")
    office.write(office.take_up(account))

    assert [one["customer"] for one in shown["candidates"]] == [customer, other]
    assert shown["ours"]["Name"] == "Acme"
    assert told == {"account": account, "customer": customer, "taken_from": None}
    assert office.customer(account) == customer
    assert got(flower_server.operator, f"/{account}")["links"]["netsuite"].endswith(customer)


def test_a_link_that_is_refused_says_why(flower_server: FlowerServer, office: Office) -> None:
    account = office.save()

    told = sent(flower_server.admin, f"/{account}/link", status=404, customer="424242")

    assert told["error"] == "RecordNotFound"
    assert "NetSuite shows no Customer 424242" in told["message"]


@pytest.mark.parametrize("customer", ["", "12x", "-1", "1" * 19, 7])
def test_what_is_no_internal_id_is_refused(
    flower_server: FlowerServer, office: Office, customer: object
) -> None:
    told = sent(flower_server.admin, f"/{ABSENT}/link", status=400, customer=customer)

    assert told["message"].startswith("customer:")


@pytest.mark.parametrize("action", ["sync", "link"])
def test_operators_only_look(flower_server: FlowerServer, office: Office, action: str) -> None:
    account = office.save()

    told = sent(flower_server.operator, f"/{account}/{action}", status=403, customer="1")

    assert office.desk.row(account) == {}
    assert told["error"]
