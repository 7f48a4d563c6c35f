"""Who is told when something is wrong, by which way, and from which limits on."""

from typing import Literal

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator

from app.loopback import is_loopback
from app.setting_types import Address, Addresses, PageUrl, PrivateSecretUrl

_PORTS = {"starttls": 587, "tls": 465, "plain": 25}
_OF_MAIL = ("notify_smtp_host", "notify_smtp_user", "notify_email_from")


class NotifySettings(BaseModel):
    """A part of the settings. A webhook, e-mail, both or neither; of e-mail all that it needs."""

    pages_url: PageUrl = Field(
        "", description="Where operators reach the pages, for links in messages; none when empty."
    )
    notify_webhook_url: PrivateSecretUrl = Field(
        SecretStr(""), description="Gets each message as JSON (POST); the address is a secret."
    )
    notify_smtp_security: Literal["starttls", "tls", "plain"] = Field(
        "starttls", description="starttls, tls, or plain, which is for loopback addresses only."
    )
    notify_smtp_host: str = Field(
        "",
        pattern=r"^[A-Za-z0-9._:-]*$",
        examples=["smtp.example.com"],
        description="The mail server; no e-mail when empty.",
    )
    notify_smtp_port: int | None = Field(
        None, ge=1, le=65535, description="587 for starttls, 465 for tls, 25 for plain when empty."
    )
    notify_smtp_user: str = Field("", description="The mail server's login, if it wants one.")
    notify_smtp_password: SecretStr = Field(
        SecretStr(""), validate_default=True, description="Its password."
    )
    notify_email_from: Address = Field("", description="The address that e-mail comes from.")
    notify_email_to: Addresses = Field(
        (), validate_default=True, description="Who gets e-mail: addresses, comma-separated."
    )
    notify_lag_seconds: float = Field(
        900.0, ge=0, description="Lag (95 %, of ten minutes) from which on is told; 0: never."
    )
    notify_silence_seconds: float = Field(
        900.0, ge=0, description="A channel that nobody hears for so long is told; 0: never."
    )
    notify_quiet_hours: float = Field(
        0.0, ge=0, description="A channel that is heard, but without a change so long; 0: never."
    )

    @field_validator("notify_smtp_host")
    @classmethod
    def _plain_text_stays_here(cls, host: str, known: ValidationInfo) -> str:
        if host and known.data.get("notify_smtp_security") == "plain" and not is_loopback(host):
            raise ValueError("is beyond this machine: set NOTIFY_SMTP_SECURITY to starttls or tls")
        return host

    @field_validator("notify_smtp_password")
    @classmethod
    def _login_is_whole(cls, password: SecretStr, known: ValidationInfo) -> SecretStr:
        user, secret = str(known.data.get("notify_smtp_user", "")), password.get_secret_value()
        if bool(user) != bool(secret):
            raise ValueError("give NOTIFY_SMTP_USER and NOTIFY_SMTP_PASSWORD, or neither")
        if not (user + secret).isascii():
            raise ValueError("must be ASCII, as NOTIFY_SMTP_USER: the protocol takes nothing else")
        return password

    @field_validator("notify_email_to")
    @classmethod
    def _mail_is_whole(cls, to: tuple[str, ...], known: ValidationInfo) -> tuple[str, ...]:
        if any(name not in known.data for name in _OF_MAIL):  # which is told by itself
            return to
        host, user, sender = (str(known.data[name]) for name in _OF_MAIL)
        if any((host, user, sender, to)) and not all((host, sender, to)):
            raise ValueError(
                "e-mail needs all of NOTIFY_EMAIL_TO, NOTIFY_EMAIL_FROM and NOTIFY_SMTP_HOST"
            )
        return to

    @property
    def smtp_port(self) -> int:
        """The one that is set, or the usual one."""
        return self.notify_smtp_port or _PORTS[self.notify_smtp_security]

    @property
    def notifies(self) -> bool:
        """Whether there is any way to tell anybody anything."""
        return bool(self.notify_webhook_url.get_secret_value() or self.notify_email_to)
