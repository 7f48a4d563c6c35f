"""Pages of a query that lead nowhere."""

import json

import pytest
from pydantic import SecretStr

from app.errors import ServiceUnavailable
from app.salesforce.auth import Credentials
from app.salesforce.client import SalesforceClient
from tests.answering import Form, answering

LOGIN = {"access_token": "t", "id": "https://login.salesforce.com/id/00D000000000001EAA/005"}


def test_pages_that_go_round_in_a_circle_are_not_read_without_end() -> None:
    pages = {"/query": "/b", "/b": "/c", "/c": "/b"}
    asked: list[str] = []

    def answer(path: str, form: Form) -> tuple[int, str]:
        if path.endswith("/token"):
            return 200, json.dumps(LOGIN | {"instance_url": url})
        asked.append(path)
        following = pages["/query" if "?" in path else path]
        return 200, json.dumps({"done": False, "records": [], "nextRecordsUrl": following})

    with answering(answer) as url:
        client = SalesforceClient(Credentials(url, "x", client_secret=SecretStr("s")), "66.0", 5.0)
        with pytest.raises(ServiceUnavailable, match="circle"):
            list(client.query("SELECT Id FROM Account"))
        client.close()

    assert asked[1:] == ["/b", "/c"]
