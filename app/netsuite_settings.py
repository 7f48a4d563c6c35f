"""How NetSuite is reached: OAuth 2.0 client credentials, or Token-Based Authentication."""

from pathlib import Path

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator

from app.setting_types import NetSuiteKeyFile, PrivateUrl

_TOKEN_BASED = (
    "netsuite_consumer_key",
    "netsuite_consumer_secret",
    "netsuite_token_id",
    "netsuite_token_secret",
)
_OR = "(required, or the four of Token-Based Authentication)."
_LEGACY = (
    "Token-Based Authentication is legacy: from NetSuite 2027.1 no new TBA integrations; existing "
    "ones end in 2028 (2028.1 or 2028.2). Move to OAuth 2.0: docs/netsuite-setup.md, steps 2 to 8."
)
"""Oracle's copies differ about the release."""
_NAMES = ", ".join(name.upper() for name in _TOKEN_BASED)


class NetSuiteSettings(BaseModel):
    """A part of the settings. One way to log in, and that whole: the three of OAuth 2.0, or the
    four of Token-Based Authentication.
    """

    netsuite_account_id: str = Field(
        pattern="^[A-Za-z0-9_-]+$",
        examples=["1234567 or 1234567_SB1"],
        description="NetSuite's account id.",
    )
    netsuite_base_url: PrivateUrl = Field(
        "", description="Derived from the account id when empty: https://….suitetalk.api…"
    )
    netsuite_consumer_key: str = Field(
        "", description="Token-Based Authentication (legacy): key of the integration record."
    )
    netsuite_consumer_secret: SecretStr = Field(
        SecretStr(""), description="Token-Based Authentication: secret of the integration record."
    )
    netsuite_token_id: str = Field(
        "", description="Token-Based Authentication: id of the access token."
    )
    netsuite_token_secret: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="Token-Based Authentication: secret of the access token.",
    )
    netsuite_client_id: str = Field(
        "",
        validate_default=True,
        description=f"OAuth 2.0: client id of the integration record {_OR}",
    )
    netsuite_certificate_id: str = Field(
        "",
        validate_default=True,
        description=f"OAuth 2.0: Certificate ID of the mapping {_OR}",
    )
    netsuite_private_key_file: NetSuiteKeyFile | None = Field(
        None,
        validate_default=True,
        description=f"OAuth 2.0: PEM file of its key, RSA (3072 up) or EC {_OR}",
    )
    netsuite_concurrency: int = Field(
        4, ge=1, le=50, description="Requests at a time, over all workers: below your account's."
    )
    netsuite_timeout_seconds: float = Field(
        60.0, gt=0, le=900, description="How long one call to NetSuite may take."
    )
    netsuite_query_lag_seconds: float = Field(
        30.0, ge=1, le=600, description="How long NetSuite's queries may not show a write yet."
    )

    @field_validator("netsuite_token_secret")
    @classmethod
    def _all_four_or_none(cls, secret: SecretStr, known: ValidationInfo) -> SecretStr:
        given = [_is_given(known.data.get(name)) for name in _TOKEN_BASED[:-1]]
        given.append(_is_given(secret))
        if any(given) and not all(given):
            raise ValueError(f"Token-Based Authentication needs all four of {_NAMES}")
        return secret

    @field_validator("netsuite_client_id", "netsuite_certificate_id", "netsuite_private_key_file")
    @classmethod
    def _one_way(cls, own: str | Path | None, known: ValidationInfo) -> str | Path | None:
        refused = "netsuite_token_secret" not in known.data
        token_based = refused or _is_given(known.data["netsuite_token_secret"])
        if own and token_based:
            raise ValueError(f"give either the settings of OAuth 2.0 or {_NAMES}, not both")
        if not own and not token_based:
            raise ValueError("is missing")
        return own

    @property
    def netsuite_is_token_based(self) -> bool:
        """Whether requests are signed; else a token is fetched."""
        return self.netsuite_private_key_file is None

    @property
    def netsuite_warnings(self) -> tuple[str, ...]:
        """What works today and will not for ever: told at every start."""
        return (_LEGACY,) if self.netsuite_is_token_based else ()

    @property
    def netsuite_url(self) -> str:
        """Base of NetSuite's REST services, without a slash at its end."""
        host = self.netsuite_account_id.lower().replace("_", "-")
        derived = f"https://{host}.suitetalk.api.netsuite.com"
        return self.netsuite_base_url or derived


def _is_given(value: object) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)
