"""Bodies that no service should answer."""

import httpx
import pytest

from app.errors import ServiceUnavailable
from app.legible import legible
from app.netsuite import errors as netsuite
from app.response_body import json_of, words_of
from app.salesforce import errors as salesforce
from app.transport import json_object

DEEP = b"[" * 100_000
UTF_16 = {"Content-Type": "application/json; charset=utf-16"}


@pytest.mark.parametrize("body", [DEEP, b'{"a":' * 100_000, b"NaN", b"-Infinity", b"9" * 5000])
def test_what_is_no_json_of_a_sane_size_is_none(body: bytes) -> None:
    answer = httpx.Response(200, content=body)

    assert json_of(answer) is None
    with pytest.raises(ServiceUnavailable, match="no JSON object"):
        json_object(answer, "NetSuite")


def test_a_body_in_another_encoding_than_it_names_is_words_nonetheless() -> None:
    answer = httpx.Response(503, content=b"down!", headers=UTF_16)

    assert words_of(answer) == "down!"


@pytest.mark.parametrize("body", [DEEP, b"[" * 900 + b"]" * 900, b"down!"])
def test_an_error_of_either_service_is_told_whatever_its_body(body: bytes) -> None:
    answer = httpx.Response(503, content=body, headers=UTF_16)

    for error in (salesforce.error_of(answer), netsuite.error_of(answer)):
        assert isinstance(error, ServiceUnavailable)
        assert "503" in error.service_words


def test_half_of_a_surrogate_pair_is_replaced_so_that_the_words_can_be_stored() -> None:
    answer = httpx.Response(400, content=rb'[{"errorCode": "X", "message": "a\ud800b"}]')

    assert salesforce.error_of(answer).service_words.encode()
    assert legible("a\ud800b") == "a�b"
