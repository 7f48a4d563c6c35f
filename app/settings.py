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
from app.netsuite_settings import NetSuiteSettings
from app.notify_settings import NotifySettings
from app.salesforce_settings import SalesforceSettings
from app.terms import Timing

LONGEST_NETSUITE_REQUEST_SECONDS = 900.0
"""NetSuite itself ends a request after 15 minutes: until then one that got no answer may act."""
ENV_FILE = Path(".env")


class Settings(SalesforceSettings, NetSuiteSettings, NotifySettings, BaseSettings):
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
        20.0, gt=0, le=800, description="How often a probe tries credentials that were refused."
    )
    outage_probe_seconds: float = Field(
        6.0, gt=0, le=600, description="How often one probe tries a service that is down."
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
    def timing(self) -> Timing:
        """How patient the ledger is."""
        return Timing(
            grace=self.ledger_grace_seconds,
            waiting_grace=self.ledger_waiting_seconds,
            second_look=self.run_seconds + LONGEST_NETSUITE_REQUEST_SECONDS,
            retry_limit=self.retry_limit,
            story_seconds=self.story_days * 24 * 3600,
        )

    @property
    def run_seconds(self) -> float:
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
