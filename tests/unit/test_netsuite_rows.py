"""Rows that would be taken for others, or asked for without end."""

import pytest

from app.errors import ServiceUnavailable
from app.netsuite.metadata import customer_schema_of
from app.netsuite.rows import internal_id, page_behind


@pytest.mark.parametrize("given", ["", "-1", "True", "1e400", "inf", "1.5", "²", "9" * 300])
def test_what_is_no_number_is_no_internal_id(given: str) -> None:
    with pytest.raises(ServiceUnavailable, match="id"):
        internal_id({"id": given}, "id")


def test_the_next_page_begins_behind_the_last_row() -> None:
    assert page_behind([{"id": "7"}, {"id": "12"}], "id", "5") == "12"


@pytest.mark.parametrize("ids", [["5", "6"], ["7", "7"], ["12", "7"]])
def test_rows_that_come_again_are_not_asked_for_without_end(ids: list[str]) -> None:
    with pytest.raises(ServiceUnavailable, match="not in the order"):
        page_behind([{"id": one} for one in ids], "id", "5")


def test_a_field_whose_type_is_no_text_may_be_of_any_kind() -> None:
    described = {"properties": {"companyName": {"type": ["string", "null"]}}}

    assert customer_schema_of(described)["companyName"].shape == "unknown"
