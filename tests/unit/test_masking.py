"""A failed request may be kept and shown: of every value its kind and length alone are left."""

import json
import logging
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from simple_salesforce.format import format_soql

from app.errors import RecordRejected, ServiceDown
from app.masking import LONGEST, masked_request
from app.transport import telling

ACCOUNT = "001DC0000000002YAA"
RECORD = "/services/rest/record/v1/customer/1234"
SUITEQL = "/services/rest/query/v1/suiteql"
QUERY = "/services/data/v66.0/queryAll"
FIELDS = st.sampled_from(["companyName", "phone", "comments", "addressBook", "items", "city"])
VALUES = st.one_of(st.text(min_size=1), st.integers(), st.floats(allow_nan=False))
TREES = st.recursive(
    st.one_of(VALUES, st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(FIELDS, inner)),
    max_leaves=20,
)


def shown(target: str, body: object = None, method: str = "PATCH", status: int | None = 400) -> str:
    content = b"" if body is None else json.dumps(body).encode()
    url = httpx.URL(f"https://host.example{target}")
    return masked_request(method, url.raw_path, content, status)


def body_of(told: str) -> Any:
    """What is shown of a body that was not too long."""
    return json.loads(told.split("\n", 2)[2])


def blotted(tree: Any) -> Any:
    """The same structure with other values: as long, and as much of their kind."""
    if isinstance(tree, dict):
        return {name: blotted(inner) for name, inner in tree.items()}
    if isinstance(tree, list):
        return [blotted(inner) for inner in tree]
    if isinstance(tree, str):
        return "x" * len(tree)
    return tree if tree is None or isinstance(tree, bool) else 0


@given(TREES)
def test_bodies_that_differ_in_their_values_alone_look_the_same(tree: Any) -> None:
    told = shown(RECORD, {"companyName": tree})

    assert told == shown(RECORD, {"companyName": blotted(tree)})


@given(st.text(min_size=3), st.sampled_from(["=", "!=", "LIKE"]))
def test_nothing_of_a_quoted_value_survives_in_a_query(value: str, operator: str) -> None:
    literal = format_soql("{}", value)
    assume(value.strip())
    soql = f"SELECT Id FROM Account WHERE Name {operator} "

    told = shown(str(httpx.URL(QUERY, params={"q": soql + literal})), method="GET")
    other = shown(str(httpx.URL(QUERY, params={"q": soql + f"'{'x' * (len(literal) - 2)}'"})))

    assert told.removeprefix("GET") == other.removeprefix("PATCH")
    assert "SELECT Id FROM Account WHERE Name" in told


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_nothing_of_a_bound_parameter_survives(names: list[str]) -> None:
    marks = ", ".join(["UPPER(?)"] * len(names))
    query = f"SELECT id FROM customer WHERE isperson = 'F' AND UPPER(companyname) IN ({marks})"

    told = shown(SUITEQL, {"q": query, "params": names})

    assert body_of(told)["q"] == query
    assert body_of(told) == body_of(shown(SUITEQL, {"q": query, "params": blotted(names)}))


@given(st.text(min_size=1))
def test_nothing_of_a_strange_external_id_survives_in_a_path(name: str) -> None:
    told = shown(f"/services/rest/record/v1/customer/eid:{quote(name, safe='')}")

    assert told.splitlines()[0].endswith(f"eid:{body_of(shown(RECORD, {'a': name}))['a']}")


def test_what_an_admin_needs_stays_readable() -> None:
    body = {
        "externalId": f"SF-{ACCOUNT}",
        "companyName": "Edge Communications",
        "isPerson": False,
        "phone": None,
        "parent": {"id": "55"},
        "url": "",
        "employees": 42,
        "addressBook": {
            "items": [{"id": 7, "addressBookAddress": {"city": "Austin", "country": {"id": "US"}}}]
        },
    }

    told = shown(f"/services/rest/record/v1/customer/eid:SF-{ACCOUNT}?replace=addressBook", body)

    first, second = told.split("\n")[:2]
    assert first == f"PATCH /services/rest/record/v1/customer/eid:SF-{ACCOUNT}?replace=addressBook"
    assert second == "→ 400"
    assert body_of(told) == {
        "externalId": f"SF-{ACCOUNT}",
        "companyName": "•• text, 19 characters",
        "isPerson": False,
        "phone": None,
        "parent": {"id": "55"},
        "url": "",
        "employees": "•• number",
        "addressBook": {
            "items": [
                {
                    "id": 7,
                    "addressBookAddress": {
                        "city": "•• text, 6 characters",
                        "country": {"id": "US"},
                    },
                }
            ]
        },
    }


def test_ids_in_queries_stay_readable() -> None:
    soql = format_soql("SELECT Id FROM Account WHERE Id IN {}", [ACCOUNT, ACCOUNT[:15], "Ann Lee"])
    lines = (
        "SELECT b.label FROM customeraddressbook b WHERE b.internalid > ? AND b.entity IN (?, ?)"
    )
    bodies = {"q": lines, "params": ["0", "17", "Ann"]}

    of_accounts, of_lines = (
        shown(f"{QUERY}?{httpx.QueryParams({'q': soql})}"),
        shown(SUITEQL, bodies),
    )

    assert f"('{ACCOUNT}','{ACCOUNT[:15]}','•• text, 7 characters')" in of_accounts
    assert body_of(of_lines)["params"] == ["0", "17", "•• text, 3 characters"]


@pytest.mark.parametrize("value", ["001512757900012", "001512757900012000", f"{ACCOUNT[:17]}B"])
def test_what_only_looks_like_an_id_is_masked(value: str) -> None:
    told = shown(RECORD, {"phone": value})

    assert body_of(told) == {"phone": f"•• text, {len(value)} characters"}


def test_the_fields_of_a_retrieval_are_names() -> None:
    body = {"ids": [ACCOUNT], "fields": ["Name", "NetSuite_Id__c"]}

    told = shown("/services/data/v66.0/composite/sobjects/Account", body, method="POST")

    assert body_of(told) == body


def test_a_login_shows_nothing_of_what_was_sent() -> None:
    form = httpx.Request("POST", "https://host.example/token", data={"client_secret": "hush"})

    told = masked_request("POST", form.url.raw_path, form.content, None)

    assert told == f"POST /token\n→ no answer\n(•• {len(form.content)} bytes that are no JSON)"


def test_a_long_request_is_cut() -> None:
    told = shown(RECORD, {f"custentity_{number}": "x" for number in range(1000)})

    assert len(told) == LONGEST
    assert told.endswith("…")


def test_an_error_bears_the_request_that_failed() -> None:
    request = httpx.Request("PATCH", f"https://host.example{RECORD}", json={"phone": "555-1234"})

    with pytest.raises(RecordRejected) as caught, telling(request):
        raise RecordRejected("It does not fit.")

    assert caught.value.request.startswith(f"PATCH {RECORD}\n→ no answer\n")
    assert "555" not in caught.value.request


def test_an_error_keeps_the_request_that_it_bears_already() -> None:
    request = httpx.Request("PATCH", f"https://host.example{RECORD}")

    with pytest.raises(RecordRejected) as caught, telling(request):
        raise RecordRejected("It does not fit.", request="POST /token")

    assert caught.value.request == "POST /token"


def test_what_was_never_sent_is_not_shown() -> None:
    with (
        pytest.raises(ServiceDown) as caught,
        telling(httpx.Request("GET", "https://host.example")),
    ):
        raise ServiceDown("It is down.")

    assert caught.value.request == ""


def test_a_bug_in_masking_does_not_hide_the_error(caplog: pytest.LogCaptureFixture) -> None:
    streamed = httpx.Request("POST", "https://host.example", content=iter([b"never read"]))

    with caplog.at_level(logging.ERROR), pytest.raises(RecordRejected) as caught, telling(streamed):
        raise RecordRejected("It does not fit.")

    assert str(caught.value) == "It does not fit."
    assert caught.value.request == ""
    assert "could not be masked" in caplog.text
