"""The pages of the simulated clouds to which our links lead."""

from urllib.parse import quote

import httpx
import pytest

from app.admin.links_out import account_page, customer_page
from tests.integration.office import Office

HOSTILE = "<script>alert('Acme & Co')</script>"
SAFE = "&lt;script&gt;alert(&#x27;Acme &amp; Co&#x27;)&lt;/script&gt;"


def test_the_link_of_an_account_leads_to_it(office: Office) -> None:
    account = office.save(HOSTILE, Phone="(512) 757-6000")

    page = httpx.get(account_page(office.services.settings, account))

    assert page.status_code == 200
    assert page.headers["Content-Security-Policy"] == "default-src 'none'"
    assert f"<h1>Account {SAFE}</h1>" in page.text
    assert "<td>(512) 757-6000</td>" in page.text
    assert "<script" not in page.text


def test_a_deleted_account_says_so(office: Office) -> None:
    account = office.save()
    office.scene.people.delete("Account", account)

    page = httpx.get(account_page(office.services.settings, account))

    assert "<h1>Account Acme (deleted)</h1>" in page.text


def test_the_link_of_a_customer_leads_to_it(office: Office) -> None:
    parent = office.netsuite.plant({"companyName": "Above"})
    line = {"label": "Office", "addressBookAddress": {"addr1": "1 Main St", "city": "Berlin"}}
    customer = office.netsuite.plant(
        {"companyName": HOSTILE, "parent": {"id": parent}, "addressBook": {"items": [line]}}
    )

    page = httpx.get(customer_page(office.services.settings, customer))

    assert page.status_code == 200
    assert f"<h1>Customer {SAFE}</h1>" in page.text
    assert f"Above ({parent})</td>" in page.text
    assert "1 Main St, Berlin" in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize("wrong", ["424242", "x'><script>", "", "9" * 30])
def test_a_record_that_is_not_there_is_not_shown(office: Office, wrong: str) -> None:
    settings = office.services.settings

    account = httpx.get(account_page(settings, quote(wrong, safe="") or "-"))
    customer = httpx.get(customer_page(settings, quote(wrong)))

    assert (account.status_code, customer.status_code) == (404, 404)
    assert "<script" not in account.text + customer.text
