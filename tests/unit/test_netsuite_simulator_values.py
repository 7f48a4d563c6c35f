"""Single values of the simulated NetSuite: what fits and what does not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.netsuite.countries import COUNTRIES
from simulators.netsuite.errors import ApiError
from simulators.netsuite.fields import Field, customer_fields, standard_fields
from simulators.netsuite.switches import create_settings
from simulators.netsuite.values import accept, accept_enum, check_external_id

SETTINGS = create_settings()


def accepted(name: str, value: Any) -> Any:
    """The stored value of a standard field."""
    return accept(standard_fields()[name], value, name, SETTINGS)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.genepoint.com",
        "https://example.com:8443/a?b=c#d",
        "ftp://files.example.co.uk",
        "HTTPS://müller.example/straße",
    ],
)
def test_a_url_with_a_scheme_is_taken(url: str) -> None:
    value = accepted("url", url)

    assert value == url


@pytest.mark.parametrize("url", ["example.com", "http://", "http://nodot", "mailto:a@b.example"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ApiError) as refused:
        accepted("url", url)

    assert refused.value.code == "USER_ERROR"


def test_an_empty_text_clears() -> None:
    value = accepted("comments", "")

    assert value is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [("boolean", 1), ("integer", True), ("integer", 1.5), ("number", True), ("number", "1")],
)
def test_numbers_and_booleans_are_told_apart(kind: str, value: object) -> None:
    field = Field("custentity_x", kind, custom=True)

    with pytest.raises(ApiError) as refused:
        accept(field, value, field.name, SETTINGS)

    assert refused.value.code == "INVALID_VALUE"


@given(st.text(max_size=83).filter(lambda text: not set(text) & set("\r\n\\")))
def test_any_text_that_fits_is_kept_as_it_is(text: str) -> None:
    value = accepted("companyName", text)

    assert value == (text or None)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\\"), min_size=84))
def test_any_longer_text_is_refused(text: str) -> None:
    with pytest.raises(ApiError) as refused:
        accepted("companyName", text)

    assert "( 83 )" in refused.value.detail


def test_half_a_surrogate_pair_is_no_content() -> None:
    with pytest.raises(ApiError) as refused:
        accepted("companyName", "\ud800")

    assert refused.value.code == "INVALID_CONTENT"


@given(st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True))
def test_external_ids_of_the_allowed_characters_pass(external_id: str) -> None:
    check_external_id(external_id)

    assert accepted("externalId", external_id) == external_id


def test_countries_are_the_iso_codes_and_netsuites_own() -> None:
    extra = {"AB", "AN", "CS", "EA", "IC"}

    assert extra < COUNTRIES
    assert len(COUNTRIES) == 255
    assert accept_enum({"id": "GB"}, "country", COUNTRIES) == {"id": "GB"}


def test_the_account_has_the_fields_of_its_features() -> None:
    settings = create_settings()
    settings.update({"one_world": False, "multi_currency": False})

    fields = customer_fields(settings)

    assert not {"subsidiary", "currency", "currencyList", "itemPricing"} & set(fields)
    assert fields["terms"].target == "term"
    assert fields["balance"].read_only
