"""Flower's settings: FLOWER_* in the environment or `.env`. Importing this module reads nothing."""

import os
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import (
    BeforeValidator,
    Field,
    FilePath,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app import environment
from app.errors import ConfigurationError
from app.settings import ENV_FILE

PREFIX = "FLOWER_"
OF_PROVIDERS = (
    "FLOWER_GITHUB_OAUTH_DOMAIN",
    "FLOWER_GITLAB_OAUTH_DOMAIN",
    "FLOWER_GITLAB_AUTH_ALLOWED_GROUPS",
    "FLOWER_GITLAB_MIN_ACCESS_LEVEL",
    "FLOWER_OAUTH2_OKTA_BASE_URL",
)
"""What Flower's OAuth providers read by themselves."""
REFUSED = {
    "FLOWER_UNAUTHENTICATED_API": "would open the API to anyone: remove it.",
    "FLOWER_DEBUG": "would show tracebacks to whoever asks: remove it, and set LOG_LEVEL=DEBUG.",
    "FLOWER_CONF": "is not heeded: give each option as a variable of its own.",
    "FLOWER_UNIX_SOCKET": "is not heeded: every user of the machine could connect to it.",
    "FLOWER_BROKER_API": "is for RabbitMQ: remove it.",
    "FLOWER_CA_CERTS": "is not heeded: nobody logs in by a certificate.",
    "FLOWER_FORMAT_TASK": "is not heeded: remove it.",
}


def _split(given: object) -> object:
    if not isinstance(given, str):
        return given
    return tuple(name.strip() for name in given.split(",") if name.strip())


Names: TypeAlias = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Numbers: TypeAlias = Annotated[tuple[float, ...], NoDecode, BeforeValidator(_split)]


class FlowerSettings(BaseSettings):
    """Who may see the pages and where, and the options that Flower itself has."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding=environment.ENCODING, extra="ignore", frozen=True
    )

    flower_basic_auth: SecretStr = Field(
        SecretStr(""), description="Logins: user:password, several with commas between."
    )
    flower_basic_auth_file: Path | None = Field(
        None,
        description="Instead of FLOWER_BASIC_AUTH: a file, a login each line, of mode 600.",
    )
    flower_admins: Names = Field(
        (), description="Who may act: users, or e-mail addresses, with commas. All others read."
    )
    flower_read_only: bool = Field(False, description="Refuses all actions, whoever asks.")
    flower_address: str = Field("127.0.0.1", description="Where Flower listens.")
    flower_port: int = Field(
        5555, ge=0, le=65535, description="Flower's port; 0: any that is free."
    )
    flower_plain_text: bool = Field(
        False, description="Allows plain HTTP beyond loopback: true behind a proxy with TLS only."
    )
    flower_certfile: FilePath | None = Field(
        None, description="PEM file of the certificate, for TLS."
    )
    flower_keyfile: FilePath | None = Field(
        None, description="PEM file of the private key of FLOWER_CERTFILE."
    )
    flower_url_prefix: str = Field(
        "",
        pattern=r"^(/?[A-Za-z0-9][A-Za-z0-9._~-]*(/[A-Za-z0-9][A-Za-z0-9._~-]*)*/?)?$",
        examples=["flower"],
        description="What the addresses of the pages begin with.",
    )
    flower_xheaders: bool = Field(
        False, description="Takes the caller's address from a proxy that overwrites X-Real-Ip."
    )
    flower_metrics_token: SecretStr = Field(
        SecretStr(""), description="A Bearer token that opens /metrics besides a login."
    )
    flower_auth: str = Field(
        "", description="Instead of logins, OAuth: who may see the pages, as .*@example.com."
    )
    flower_auth_provider: str = Field(
        "", description="OAuth provider's handler: flower.views.auth.GoogleAuth2LoginHandler, …"
    )
    flower_oauth2_key: str = Field("", description="The client id at the OAuth provider.")
    flower_oauth2_secret: SecretStr = Field(
        SecretStr(""), description="The client secret at the OAuth provider."
    )
    flower_oauth2_redirect_uri: str = Field(
        "", description="The address of our page /login, as the OAuth provider knows it."
    )
    flower_cookie_secret: SecretStr = Field(
        SecretStr(""), description="Signs OAuth sessions: 32 characters or more; random without."
    )
    flower_github_oauth_domain: str = Field(
        "", description="The host of a GitHub Enterprise, for OAuth."
    )
    flower_gitlab_oauth_domain: str = Field(
        "", description="The host of a GitLab of one's own, for OAuth."
    )
    flower_gitlab_auth_allowed_groups: str = Field(
        "", description="GitLab groups whose members may log in, with commas."
    )
    flower_gitlab_min_access_level: str = Field(
        "", description="GitLab's access level that is needed in one of these groups."
    )
    flower_oauth2_okta_base_url: str = Field(
        "", description="The address of Okta's authorization server, for OAuth."
    )
    flower_inspect_timeout: float = Field(
        1000.0, gt=0, description="How long workers may take to tell of themselves: milliseconds."
    )
    flower_max_workers: int = Field(
        5000, ge=1, description="How many workers Flower keeps in memory."
    )
    flower_max_tasks: int = Field(
        10_000, ge=1, description="How many tasks Flower keeps in memory."
    )
    flower_persistent: bool = Field(
        False, description="Keeps Flower's tasks over restarts, in the file FLOWER_DB."
    )
    flower_db: str = Field("flower", description="The file in which FLOWER_PERSISTENT keeps tasks.")
    flower_state_save_interval: int = Field(
        0, ge=0, description="How often tasks are kept: milliseconds; 0: at the end alone."
    )
    flower_auto_refresh: bool = Field(True, description="Refreshes the page of workers by itself.")
    flower_purge_offline_workers: int | None = Field(
        None, ge=0, description="Seconds after which a worker that is gone is forgotten."
    )
    flower_enable_events: bool = Field(True, description="Asks workers for their events.")
    flower_natural_time: bool = Field(False, description="Shows times as `3 minutes ago`.")
    flower_tasks_columns: str = Field(
        "name,uuid,state,args,exception,received,runtime,worker",
        description="Columns of the page Tasks, with commas.",
    )
    flower_task_runtime_metric_buckets: Numbers = Field(
        (), description="Bounds of the histogram of run times, in seconds, with commas."
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_means_not_given(cls, given: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in given.items() if value != ""}

    @field_validator("flower_cookie_secret")
    @classmethod
    def _long_enough(cls, given: SecretStr) -> SecretStr:
        if 0 < len(given.get_secret_value()) < 32:
            raise ValueError("is too short")
        return given

    @property
    def site(self) -> str:
        """What every path begins with, without a slash at its end: "" or "/flower"."""
        prefix = self.flower_url_prefix.strip("/")
        return f"/{prefix}" if prefix else ""

    @property
    def is_over_tls(self) -> bool:
        """Whether browsers come by https, as far as the settings tell."""
        return bool(self.flower_certfile) or self.flower_oauth2_redirect_uri.startswith("https:")

    def value(self, name: str) -> str:
        """A setting by its variable's name, as text, secrets too; empty: not given."""
        given = getattr(self, name.lower())
        plain = given.get_secret_value() if isinstance(given, SecretStr) else given
        return "" if plain is None else str(plain)


def read_flower_settings() -> FlowerSettings:
    """
    Raises:
        ConfigurationError: with every problem, each naming its variable and what it should hold.
    """
    known = FlowerSettings.model_fields
    names = {name for name, value in os.environ.items() if value}
    names.update(environment.names_in(ENV_FILE))
    given = {name.upper() for name in names}
    problems = [f"{name}: {words}" for name, words in REFUSED.items() if name in given]
    problems += environment.unknown(given - REFUSED.keys(), known, (PREFIX,))
    try:
        settings = FlowerSettings()
    except ValidationError as invalid:
        problems = [environment.problem(error, known) for error in invalid.errors()] + problems
    if problems:
        raise ConfigurationError(problems)
    return settings
