"""Settings from the environment (and `.env`): how to reach the services. What the flow decides by
stands in the flow file (app/flow.py). Importing this module reads nothing.
"""

from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    Field,
    FilePath,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.errors import ConfigurationError
from app.flow import Flow, load_flow
from app.terms import Timing

DEFAULT_CHANNELS = ("/data/AccountChangeEvent", "/data/OpportunityChangeEvent")


def is_loopback(host: str) -> bool:
    """Whether plain text may be spoken with this host: it never leaves the machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Settings(BaseSettings):
    """Every setting, with its unit in its name."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    redis_plain_text: bool = Field(
        False, description="Allows redis:// beyond loopback: true on a private network only."
    )
    redis_url: SecretStr = Field(
        SecretStr("redis://127.0.0.1:6379/0"),
        description="The Redis that holds queues and ledger: redis://host:port/0 or rediss://.",
    )
    salesforce_login_url: str = Field(
        description="Where tokens are fetched: https://MyDomain.my.salesforce.com."
    )
    salesforce_client_id: str = Field(
        min_length=1, description="Consumer key of the external client app."
    )
    salesforce_username: str = Field(
        "", description="The integration user; with the private key: JWT bearer flow."
    )
    salesforce_private_key_file: FilePath | None = Field(
        None, description="PEM file of the private key whose certificate the app has."
    )
    salesforce_client_secret: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="Consumer secret; instead of the key: client credentials flow.",
    )
    salesforce_api_version: str = Field(
        "66.0", pattern=r"^\d\d\.0$", description="Version of the REST API, such as 66.0."
    )
    salesforce_pubsub_endpoint: str = Field(
        "api.pubsub.salesforce.com:7443", description="host:port of the Pub/Sub API."
    )
    salesforce_channels: Annotated[tuple[str, ...], NoDecode] = Field(
        DEFAULT_CHANNELS, description="Change event channels, comma-separated."
    )
    salesforce_timeout_seconds: float = Field(
        30.0, gt=0, le=600, description="How long one call to Salesforce may take."
    )
    salesforce_silence_seconds: float = Field(
        300.0, ge=1, description="A silent event stream is dead after so long: 300, as documented."
    )
    netsuite_account_id: str = Field(
        min_length=1, description="NetSuite's account id, such as 1234567 or 1234567_SB1."
    )
    netsuite_base_url: str = Field(
        "", description="Derived from the account id when empty: https://….suitetalk.api…"
    )
    netsuite_client_id: str = Field(
        min_length=1, description="Client id of the integration record."
    )
    netsuite_certificate_id: str = Field(
        min_length=1, description="Id of the certificate in the OAuth 2.0 client credentials setup."
    )
    netsuite_private_key_file: FilePath = Field(
        description="PEM file of that certificate's private key, RSA (3072 up) or EC."
    )
    netsuite_concurrency: int = Field(
        4, ge=1, le=50, description="Requests at a time, over all workers: below your account's."
    )
    netsuite_timeout_seconds: float = Field(
        60.0, gt=0, le=900, description="How long one call to NetSuite may take."
    )
    flow_file: Path | None = Field(
        None, description="The flow file; flow.toml when that exists, else its defaults."
    )
    retry_limit: int = Field(8, ge=0, le=50, description="Failures an account may have in a row.")
    retry_backoff_seconds: float = Field(
        2.0, gt=0, le=60, description="First upper bound of the random wait before a retry."
    )
    retry_backoff_max_seconds: float = Field(
        300.0, gt=0, le=800, description="Last upper bound: each failure doubles it until here."
    )
    credentials_pause_seconds: float = Field(
        60.0, gt=0, le=800, description="How long a service rests whose credentials were refused."
    )
    ledger_grace_seconds: float = Field(
        10.0, gt=0, description="How late a message may be before the sweeper looks for it."
    )
    ledger_waiting_seconds: float = Field(
        120.0, gt=0, description="How often an account that waits for its parent is looked at."
    )
    sweep_seconds: float = Field(3.0, gt=0, le=60, description="How often the sweeper runs.")
    story_days: int = Field(30, ge=1, description="How long `why` remembers.")
    worker_concurrency: int = Field(32, ge=1, le=256, description="Threads per worker process.")
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING, ERROR."
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_means_not_given(cls, given: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in given.items() if value != ""}

    @field_validator("salesforce_private_key_file", "netsuite_private_key_file", mode="before")
    @classmethod
    def _path_and_no_key(cls, given: object) -> object:
        try:
            Path(str(given)).is_file()
        except (OSError, ValueError):  # of a key in place of its path, whose words quote it
            raise ValueError("must be a readable file's path, not the key itself") from None
        return given

    @field_validator("salesforce_channels", mode="before")
    @classmethod
    def _comma_separated(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        names = tuple(name.strip() for name in given.split(",") if name.strip())
        if not names:
            raise ValueError("names no channel")
        return names

    @field_validator("salesforce_client_secret")
    @classmethod
    def _key_or_secret(cls, secret: SecretStr, known: ValidationInfo) -> SecretStr:
        user, key = (known.data.get(f"salesforce_{n}") for n in ("username", "private_key_file"))
        key_was_refused = "salesforce_private_key_file" not in known.data
        if not (secret.get_secret_value() or (user and key) or key_was_refused):
            raise ValueError("give this, or SALESFORCE_USERNAME with SALESFORCE_PRIVATE_KEY_FILE")
        return secret

    @field_validator("salesforce_login_url", "netsuite_base_url")
    @classmethod
    def _plain_text_stays_here(cls, given: str) -> str:
        url = urlsplit(given)
        plain = url.scheme == "http" and is_loopback(url.hostname or "")
        if given and not (plain or (url.scheme == "https" and url.hostname)):
            raise ValueError("must be an https:// address (http:// for loopback addresses only)")
        return given.rstrip("/")

    @field_validator("salesforce_pubsub_endpoint")
    @classmethod
    def _host_and_port(cls, given: str) -> str:
        host, _, port = given.rpartition(":")
        if not host or "/" in host or not (port.isascii() and port.isdigit()):
            raise ValueError("must be host:port")
        return given

    @field_validator("redis_url")
    @classmethod
    def _redis_in_private(cls, given: SecretStr, known: ValidationInfo) -> SecretStr:
        try:
            url = urlsplit(given.get_secret_value())
        except ValueError:  # its words may quote the password
            raise ValueError("is no address") from None
        if url.scheme not in ("redis", "rediss", "unix"):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        plain = url.scheme == "redis" and not is_loopback(url.hostname or "localhost")
        if plain and not known.data.get("redis_plain_text", True):
            raise ValueError("must be rediss:// (redis:// for loopback addresses only)")
        return given

    @property
    def netsuite_url(self) -> str:
        """Base of NetSuite's REST services, without a slash at its end."""
        host = self.netsuite_account_id.lower().replace("_", "-")
        derived = f"https://{host}.suitetalk.api.netsuite.com"
        return self.netsuite_base_url or derived

    @property
    def timing(self) -> Timing:
        """How patient the ledger is."""
        return Timing(
            grace=self.ledger_grace_seconds,
            waiting_grace=self.ledger_waiting_seconds,
            second_look=self.lease_seconds + 300,
            retry_limit=self.retry_limit,
            story_seconds=self.story_days * 24 * 3600,
        )

    @property
    def lease_seconds(self) -> float:
        """Longer than all timeouts of any stage together: two reads there, five calls here."""
        return 2 * self.salesforce_timeout_seconds + 5 * self.netsuite_timeout_seconds + 30


def _problem(error: ErrorDetails) -> str:
    name = str(error["loc"][0])
    described = Settings.model_fields[name].description or ""
    words = "is missing" if error["type"] == "missing" else error["msg"]
    return f"{name.upper()}: {words.removeprefix('Value error, ')}. {described}"


@cache
def get_settings() -> Settings:
    """The settings of this process, read on first use.

    Raises:
        ConfigurationError: with every problem, each naming its variable and what it should hold.
    """
    try:
        return Settings()
    except ValidationError as invalid:
        problems = [_problem(error) for error in invalid.errors()]
        raise ConfigurationError(problems) from None


@cache
def get_flow() -> Flow:
    """The flow of this process.

    Raises:
        ConfigurationError: the flow file is wrong, or named and missing.
    """
    named = get_settings().flow_file
    if named is None and not Path("flow.toml").exists():
        return Flow()
    return load_flow(named or Path("flow.toml"))
