"""Answers of Salesforce that are not as agreed: each is the service's failure, told in words."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AuthenticationFailed, RecordRejected, ServiceUnavailable, SyncError
from app.salesforce.accounts import account_of
from app.salesforce.answers import description, page
from app.salesforce.auth import session_of

ACCOUNT = {
    "attributes": {"type": "Account"},
    "Id": "001xx000003DGb2AAG",
    "Name": "Edge Communications",
    "IsDeleted": False,
    "ParentId": None,
    **{
        f"{kind}{part}": None
        for kind in ("Billing", "Shipping")
        for part in ("Street", "City", "State", "PostalCode", "Country")
    },
}
LOGIN = {
    "access_token": "00Dxx!AQ0",
    "instance_url": "https://acme.my.salesforce.com",
    "id": "https://login.salesforce.com/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS",
}
MORE = "/services/data/v66.0/query/01gxx-2000"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def altered(whole: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Anything, or the whole with some of its members left out or of any kind."""
    damage = st.dictionaries(st.sampled_from(sorted(whole)), JSON, max_size=3)
    less = st.sets(st.sampled_from(sorted(whole)), max_size=2)
    damaged = st.builds(
        lambda changes, gone: {k: v for k, v in (whole | changes).items() if k not in gone},
        damage,
        less,
    )
    return JSON | damaged


def login(body: object) -> object:
    return session_of(body, plain_too=False)


READERS: list[tuple[Callable[[Any], object], dict[str, Any]]] = [
    (page, {"records": [ACCOUNT], "done": False, "nextRecordsUrl": MORE}),
    (description, {"fields": [{"name": "Id"}]}),
    (login, LOGIN),
]


@pytest.mark.parametrize(("read", "whole"), READERS)
@given(data=st.data())
def test_no_answer_whatever_is_a_bug_of_ours(
    read: Callable[[Any], object], whole: dict[str, Any], data: st.DataObject
) -> None:
    body = data.draw(altered(whole))

    try:
        read(body)
    except SyncError as refused:
        error = refused
    else:
        return

    assert isinstance(error, ServiceUnavailable | AuthenticationFailed)
    assert error.service == "salesforce"
    assert str(error).endswith(".")


@given(row=altered(ACCOUNT).filter(lambda drawn: isinstance(drawn, dict)))
def test_no_row_whatever_is_a_bug_of_ours(row: dict[str, Any]) -> None:
    try:
        account = account_of(row)
    except (ServiceUnavailable, RecordRejected):
        return

    assert account.name
    assert len(account.id) in (15, 18)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "no object"),
        ({}, "without a list of records"),
        ({"records": None, "done": True}, "without a list of records"),
        ({"records": [None], "done": True}, "a record that is no object"),
        ({"records": []}, "without the path of its next page"),
        ({"records": [], "done": False}, "without the path of its next page"),
        *(
            ({"records": [], "done": False, "nextRecordsUrl": path}, "without the path")
            for path in (7, "", "@evil.example/", "//evil.example/", "https://evil.example", "/\n")
        ),
    ],
)
def test_a_page_says_what_it_lacks(body: object, words: str) -> None:
    with pytest.raises(ServiceUnavailable, match=words):
        page(body)


def test_a_page_has_its_records_and_the_way_to_the_next() -> None:
    last, other = (
        page({"records": [ACCOUNT], "done": True}),
        page({"records": [], "done": False, "nextRecordsUrl": MORE}),
    )

    assert last == ([ACCOUNT], None)
    assert other == ([], MORE)


@pytest.mark.parametrize("name", sorted(ACCOUNT.keys() - {"attributes"}))
def test_a_row_without_a_field_that_is_always_read_says_which(name: str) -> None:
    row = {key: value for key, value in ACCOUNT.items() if key != name}

    with pytest.raises(ServiceUnavailable, match=name):
        account_of(row)


def test_a_compound_field_is_for_the_admin_to_unmap() -> None:
    with pytest.raises(RecordRejected, match=r"BillingAddress holds no single value"):
        account_of({**ACCOUNT, "BillingAddress": {"city": "Austin"}})


@pytest.mark.parametrize("body", [{}, {"fields": None}, {"fields": [None]}, {"fields": [{}]}])
def test_a_description_without_named_fields_is_a_failure(body: object) -> None:
    with pytest.raises(ServiceUnavailable, match="field"):
        description(body)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"access_token": None}, "without access_token"),
        ({"access_token": "a\r\nb"}, "malformed access_token"),
        ({"access_token": "tök"}, "malformed access_token"),
        ({"instance_url": 7}, "without instance_url"),
        ({"instance_url": "https://"}, "malformed instance_url"),
        ({"instance_url": "https://[acme"}, "malformed instance_url"),
        ({"instance_url": "https://acme.example/?"}, "malformed instance_url"),
        ({"instance_url": "https://acme.example:99999"}, "malformed instance_url"),
        ({"instance_url": "https://acme.example/?a=b"}, "malformed instance_url"),
        ({"instance_url": "https://acme.example@evil.example"}, "malformed instance_url"),
        ({"id": "00Dxx0000001gPLEAY"}, "names no org"),
        ({"id": "https://login.salesforce.com/id/?/005"}, "names no org"),
    ],
)
def test_a_login_says_what_it_lacks(change: dict[str, object], words: str) -> None:
    with pytest.raises(ServiceUnavailable, match=words) as refused:
        session_of({**LOGIN, **change}, plain_too=False)

    assert LOGIN["access_token"] not in str(refused.value)
