"""Settings from the environment (and `.env`): how to reach the services. What the flow decides by
stands in the flow file (app/flow.py). Importing this module reads nothing.
"""

import os
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from app import environment
from app.errors import ConfigurationError
from app.flow import Flow, load_flow
from app.loopback import is_loopback
from app.setting_types import (
    Channels,
    Endpoint,
    NetSuiteKeyFile,
    PrivateUrl,
    SalesforceKeyFile,
)
from app.terms import Timing

LONGEST_NETSUITE_REQUEST_SECONDS = 900.0
"""NetSuite itself ends a request after 15 minutes: until then one that got no answer may act."""
DEFAULT_CHANNELS = ("/data/AccountChangeEvent", "/data/OpportunityChangeEvent")
ENV_FILE = Path(".env")


class Settings(BaseSettings):
    """Every setting, with its unit in its name."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding=environment.ENCODING, extra="ignore", frozen=True
    )

    redis_plain_text: bool = Field(
        False, description="Allows redis:// beyond loopback: true on a private network only."
    )
    redis_url: SecretStr = Field(
        SecretStr("redis://127.0.0.1:6379/0"),
        description="The Redis that holds queues and ledger: redis://host:port/0 or rediss://.",
    )
    salesforce_login_url: PrivateUrl = Field(
        description="Where tokens are fetched: https://MyDomain.my.salesforce.com."
    )
    salesforce_client_id: str = Field(
        min_length=1, description="Consumer key of the external client app."
    )
    salesforce_username: str = Field(
        "", description="The integration user; with the private key: JWT bearer flow."
    )
    salesforce_private_key_file: SalesforceKeyFile | None = Field(
        None, description="PEM file of the private key whose certificate the app has."
    )
    salesforce_client_secret: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="Consumer secret; instead of the key: client credentials flow.",
    )
    salesforce_audience: PrivateUrl = Field(
        "", description="The JWT's audience; login or test.salesforce.com by the URL when empty."
    )
    salesforce_api_version: str = Field(
        "66.0",
        pattern=r"^[0-9]{2}\.0$",
        examples=["66.0"],
        description="Version of the REST API.",
    )
    salesforce_pubsub_endpoint: Endpoint = Field(
        "api.pubsub.salesforce.com:7443", description="host:port of the Pub/Sub API."
    )
    salesforce_channels: Channels = Field(
        DEFAULT_CHANNELS, description="Change event channels, comma-separated."
    )
    salesforce_timeout_seconds: float = Field(
        30.0, gt=0, le=600, description="How long one call to Salesforce may take."
    )
    salesforce_silence_seconds: float = Field(
        300.0, ge=1, description="A silent event stream is dead after so long: 300, as documented."
    )
    salesforce_api_share: float = Field(
        0.5,
        gt=0,
        le=1,
        description="Share of the day's API calls above which backfill and full passes rest.",
    )
    salesforce_customer_field: str = Field(
        "",
        pattern="^([A-Za-z][A-Za-z0-9_]*__c)?$",
        examples=["NetSuite_Id__c"],
        description="Account field that gets the Customer's internal id; none when empty.",
    )
    listener_lease_seconds: float = Field(
        20.0, ge=2, le=25, description="A listener that died is replaced after so long."
    )
    listener_backlog: int = Field(
        200_000, ge=1, description="Accounts under way at which no more events are asked for."
    )
    reconcile_minutes: float = Field(
        15.0, gt=0, le=1440, description="How often what changed in Salesforce is read again."
    )
    full_comparison_hours: float = Field(
        24.0, ge=0, description="How often all Accounts that qualify are compared; 0: never."
    )
    netsuite_account_id: str = Field(
        pattern="^[A-Za-z0-9_-]+$",
        examples=["1234567 or 1234567_SB1"],
        description="NetSuite's account id.",
    )
    netsuite_base_url: PrivateUrl = Field(
        "", description="Derived from the account id when empty: https://….suitetalk.api…"
    )
    netsuite_client_id: str = Field(
        min_length=1, description="Client id of the integration record."
    )
    netsuite_certificate_id: str = Field(
        min_length=1, description="Id of the certificate in the OAuth 2.0 client credentials setup."
    )
    netsuite_private_key_file: NetSuiteKeyFile = Field(
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
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING, ERROR."
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_means_not_given(cls, given: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in given.items() if value != ""}

    @field_validator("salesforce_client_secret")
    @classmethod
    def _key_or_secret(cls, secret: SecretStr, known: ValidationInfo) -> SecretStr:
        user, key = (known.data.get(f"salesforce_{n}") for n in ("username", "private_key_file"))
        key_was_refused = "salesforce_private_key_file" not in known.data
        if not (secret.get_secret_value() or (user and key) or key_was_refused):
            raise ValueError("give this, or SALESFORCE_USERNAME with SALESFORCE_PRIVATE_KEY_FILE")
        return secret

    @field_validator("redis_url")
    @classmethod
    def _redis_in_private(cls, given: SecretStr, known: ValidationInfo) -> SecretStr:
        try:
            url = urlsplit(given.get_secret_value())
            _ = url.port  # raises where it is no number
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
            second_look=self.lease_seconds + LONGEST_NETSUITE_REQUEST_SECONDS,
            retry_limit=self.retry_limit,
            story_seconds=self.story_days * 24 * 3600,
        )

    @property
    def lease_seconds(self) -> float:
        """How long a run of a stage may take: no call starts past it (app/transport.py)."""
        return 2 * self.salesforce_timeout_seconds + 3 * self.netsuite_timeout_seconds + 30


@cache
def get_settings() -> Settings:
    """The settings of this process, read on first use.

    Raises:
        ConfigurationError: with every problem, each naming its variable and what it should hold.
    """
    known = Settings.model_fields
    given = [name for name, value in os.environ.items() if value]
    problems = environment.unknown([*given, *environment.names_in(ENV_FILE)], known)
    try:
        settings = Settings()
    except ValidationError as invalid:
        problems = [environment.problem(error, known) for error in invalid.errors()] + problems
    if not problems:
        return settings
    if not ENV_FILE.exists():
        problems.append(f"No .env in {Path.cwd()}: copy .env.example there.")
    raise ConfigurationError(problems)


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
