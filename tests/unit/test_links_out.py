"""Links from our pages to the applications that records belong to."""

from typing import Any

import pytest

from app.admin.links_out import account_page, customer_page, task_page
from app.settings import Settings

ACCOUNT = "001DC0000000002YAA"


def settings(**changes: Any) -> Settings:
    given = {
        "salesforce_login_url": "https://acme.my.salesforce.com",
        "salesforce_client_id": "id",
        "salesforce_client_secret": "secret",
        "netsuite_account_id": "1234567_SB1",
        "netsuite_consumer_key": "key",
        "netsuite_consumer_secret": "secret",
        "netsuite_token_id": "token",
        "netsuite_token_secret": "secret",
    }
    return Settings(_env_file=None, **given | changes)


def test_an_account_is_found_in_salesforce() -> None:
    page = account_page(settings(), ACCOUNT)

    assert page == f"https://acme.my.salesforce.com/lightning/r/Account/{ACCOUNT}/view"


@pytest.mark.parametrize(
    ("base", "host"),
    [
        ("", "https://1234567-sb1.app.netsuite.com"),
        ("https://99.suitetalk.api.netsuite.com", "https://99.app.netsuite.com"),
        ("http://127.0.0.1:8201", "http://127.0.0.1:8201"),
    ],
)
def test_a_customer_is_found_in_netsuite(base: str, host: str) -> None:
    page = customer_page(settings(netsuite_base_url=base), "1042")

    assert page == f"{host}/app/common/entity/custjob.nl?id=1042"


def test_a_task_is_found_below_flowers_prefix() -> None:
    assert task_page("/flower", "abc") == "/flower/task/abc"
