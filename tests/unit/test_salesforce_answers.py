"""Answers of Salesforce that are not as agreed: each is the service's failure, told in words."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AuthenticationFailed, RecordRejected, ServiceUnavailable, SyncError
from app.salesforce.accounts import account_of
from app.salesforce.answers import description, moment, page
from app.salesforce.auth import session_of

ACCOUNT = {
    "attributes": {"type": "Account"},
    "Id": "001xx000003DGb2AAG",
    "Name": "Edge Communications",
    "IsDeleted": False,
    "MasterRecordId": None,
    "SystemModstamp": "2026-11-23T09:18:33.000+0000",
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
        account = account_of(row, 0.0)
    except (ServiceUnavailable, RecordRejected):
        return

    assert account.name
    assert len(account.id) in (15, 18)
    assert account.merged_into is None or len(account.merged_into) == 18


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
        account_of(row, 0.0)


def test_a_compound_field_is_for_the_admin_to_unmap() -> None:
    with pytest.raises(RecordRejected, match=r"BillingAddress holds no single value"):
        account_of({**ACCOUNT, "BillingAddress": {"city": "Austin"}}, 0.0)


STAMP = datetime(2026, 11, 23, 9, 18, 33, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-23T09:18:33.000+0000", "2026-11-23T09:18:33.999Z", "2026-11-23T09:18:33+00:00"),
        "2026-11-23T10:18:33.000+01:00",
    ],
)
def test_a_stamp_is_whole_seconds_whatever_its_zone(text: str) -> None:
    found = moment({"SystemModstamp": text}, "SystemModstamp")

    assert found == STAMP


@pytest.mark.parametrize(
    "given",
    [None, 7, "", "yesterday", "2026-11-23", "2026-11-23T09:18:33", "2026-13-01T00:00:00Z"],
)
def test_what_is_no_moment_is_the_services_failure(given: object) -> None:
    with pytest.raises(ServiceUnavailable, match="SystemModstamp"):
        account_of({**ACCOUNT, "SystemModstamp": given}, 0.0)


@pytest.mark.parametrize(
    ("after", "older"), [(-3600.0, 1), (0.0, 1), (1.9, 1), (2.0, 0), (2.1, 0), (86_400.0, 0)]
)
def test_a_second_that_may_not_be_over_counts_as_not_read(after: float, older: int) -> None:
    account = account_of(ACCOUNT, STAMP + after)

    assert account.seen == STAMP - older


@pytest.mark.parametrize("winner", ["001xx000003DGb3", "001xx000003DGb3AAG"])
def test_the_winner_of_a_merge_has_the_long_form(winner: str) -> None:
    account = account_of({**ACCOUNT, "IsDeleted": True, "MasterRecordId": winner}, STAMP)

    assert account.merged_into == "001xx000003DGb3AAG"


@pytest.mark.parametrize("winner", ["", "001", "006xx000003DGb3", "001xx000003DGb3AAA", 7])
def test_a_winner_that_is_no_account_is_the_services_failure(winner: object) -> None:
    with pytest.raises(ServiceUnavailable, match="MasterRecordId"):
        account_of({**ACCOUNT, "MasterRecordId": winner}, STAMP)


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
