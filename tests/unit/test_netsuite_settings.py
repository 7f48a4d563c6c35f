"""How NetSuite is reached: its address, and one whole way to log in."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.environment import problem
from app.netsuite_settings import NetSuiteSettings
from tests.keys import pem

PASSWORD = "correct-horse-battery"
OAUTH = ("netsuite_client_id", "netsuite_certificate_id", "netsuite_private_key_file")
TOKEN_BASED = {
    "netsuite_consumer_key": "consumer-key",
    "netsuite_consumer_secret": PASSWORD,
    "netsuite_token_id": "token-id",
    "netsuite_token_secret": PASSWORD,
}


@pytest.fixture
def oauth(tmp_path: Path) -> dict[str, str]:
    key = tmp_path / "netsuite.pem"
    key.write_bytes(pem("secp256r1"))
    return dict(zip(OAUTH, ("client-id", "certificate-id", str(key)), strict=True))


def settings(given: dict[str, Any], account: str = "1234567_SB1") -> NetSuiteSettings:
    return NetSuiteSettings.model_validate({"netsuite_account_id": account} | given)


def problems(given: dict[str, Any]) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        settings(given)
    return [problem(error, NetSuiteSettings.model_fields) for error in refused.value.errors()]


@pytest.mark.parametrize(
    ("account", "host"), [("1234567", "1234567"), ("1234567_SB1", "1234567-sb1")]
)
def test_the_address_follows_from_the_account(
    oauth: dict[str, str], account: str, host: str
) -> None:
    made = settings(oauth, account)

    assert made.netsuite_url == f"https://{host}.suitetalk.api.netsuite.com"


def test_the_address_may_be_given(oauth: dict[str, str]) -> None:
    made = settings(oauth | {"netsuite_base_url": "http://127.0.0.1:8002/"})

    assert made.netsuite_url == "http://127.0.0.1:8002"


def test_nothing_is_warned_of_with_oauth(oauth: dict[str, str]) -> None:
    made = settings(oauth)

    assert not made.netsuite_is_token_based
    assert made.netsuite_warnings == ()


def test_the_legacy_login_is_enough_and_its_end_is_warned_of() -> None:
    made = settings(TOKEN_BASED)

    (warning,) = made.netsuite_warnings
    assert made.netsuite_is_token_based
    assert "from NetSuite 2027.1 no new TBA integrations" in warning
    assert "existing ones end in 2028 (2028.1 or 2028.2)" in warning
    assert PASSWORD not in repr(made) + made.model_dump_json()


@pytest.mark.parametrize("name", OAUTH)
def test_a_missing_part_of_oauth_is_named(oauth: dict[str, str], name: str) -> None:
    del oauth[name]

    (said,) = problems(oauth)

    assert said.startswith(f"{name.upper()}: is missing. OAuth 2.0: ")


def test_without_any_login_that_of_oauth_is_asked_for() -> None:
    said = problems({})

    assert [problem.partition(": ")[0].lower() for problem in said] == list(OAUTH)
    assert all("(required, or the four of Token-Based Authentication)" in line for line in said)


@pytest.mark.parametrize("missing", TOKEN_BASED)
def test_a_part_of_the_legacy_login_is_one_problem(missing: str) -> None:
    given = {name: value for name, value in TOKEN_BASED.items() if name != missing}

    (said,) = problems(given)

    assert said.startswith("NETSUITE_TOKEN_SECRET: Token-Based Authentication needs all four of")
    assert missing.upper() in said
    assert PASSWORD not in said


@pytest.mark.parametrize("name", OAUTH)
def test_two_ways_in_are_refused(oauth: dict[str, str], name: str) -> None:
    (said,) = problems(TOKEN_BASED | {name: oauth[name]})

    assert said.startswith(f"{name.upper()}: give either the settings of OAuth 2.0 or NETSUITE_")
    assert "not both" in said
