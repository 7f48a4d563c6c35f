"""Logins by user and password: where they are given, and who a request's header says it is."""

import binascii
import hmac
import stat
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

from app.errors import ConfigurationError
from workers.flower.settings import FlowerSettings

_MISSING = (
    "FLOWER_BASIC_AUTH: is missing. Flower does not start without a login, since its pages would "
    "answer anyone: set it to user:password, or FLOWER_BASIC_AUTH_FILE, or FLOWER_AUTH and its "
    "provider."
)


SHORTEST = 8
"""Characters that a password should have."""
_LONGEST_NAME = 100


class Logins:
    """Users and their passwords, kept as digests."""

    def __init__(self, logins: list[str]) -> None:
        """`logins`: user:password each.

        Raises:
            ValueError: one is malformed, or names a user again. Its words quote no password.
        """
        self._users: dict[str, bytes] = {}
        self.guessable: list[str] = []
        """Users whose password is shorter than SHORTEST."""
        for number, login in enumerate(logins, 1):
            user, _, password = login.partition(":")
            if not (user and password) or not login.isprintable():
                raise ValueError(f"login {number} is malformed: it must be user:password")
            if user in self._users:
                raise ValueError(f"user {user} is named twice")
            self._users[user] = _digest(login.encode())
            if len(password) < SHORTEST:
                self.guessable.append(user)

    @property
    def users(self) -> frozenset[str]:
        return frozenset(self._users)

    def user_of(self, authorization: str) -> str | None:
        """Whom the header `Authorization` logs in; None: nobody.

        However many logins there are and whichever it is, it takes the same time.
        """
        login = _login_in(authorization)
        if login is None:
            return None
        digest = _digest(login)
        found = [u for u, wanted in self._users.items() if hmac.compare_digest(wanted, digest)]
        return found[0] if found else None


def named_in(authorization: str) -> str:
    """The user whom the header `Authorization` names, whatever its password; empty: none."""
    user, _, _ = (_login_in(authorization) or b"").partition(b":")
    return user.decode(errors="replace")[:_LONGEST_NAME]


def read_logins(settings: FlowerSettings) -> Logins:
    """The logins that the settings give, by value or by file; none where OAuth is used.

    Raises:
        ConfigurationError: there is none and no OAuth either, there are both, one is malformed, or
            others than its owner may read the file.
    """
    text, file = settings.value("FLOWER_BASIC_AUTH"), settings.flower_basic_auth_file
    given = {
        "FLOWER_BASIC_AUTH": bool(text),
        "FLOWER_BASIC_AUTH_FILE": file is not None,
        "FLOWER_AUTH": bool(settings.flower_auth),
    }
    names = [name for name, is_given in given.items() if is_given]
    if not names:
        raise ConfigurationError([_MISSING])
    if len(names) > 1:
        words = f"is a second way to log in, besides {names[0]}: keep one of the two."
        raise ConfigurationError([f"{names[1]}: {words}"])
    try:
        return Logins(text.split(",") if text else _lines(file) if file else [])
    except ValueError as wrong:
        raise ConfigurationError([f"{names[0]}: {wrong}."]) from None


def _lines(file: Path) -> list[str]:
    """Refused rather than warned of: nobody reads a warning, and whoever can read the file is an
    admin.
    """
    try:
        with file.open(encoding="utf-8") as opened:
            if stat.S_IMODE(file.stat().st_mode) & 0o077:
                raise ValueError(f"others may read or write {file}: chmod 600 it")
            lines = [line.rstrip("\r\n") for line in opened]
    except OSError as refused:
        raise ValueError(f"{file} cannot be read: {refused.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{file} is no UTF-8 text") from None
    logins = [line for line in lines if line and not line.startswith("#")]
    if not logins:
        raise ValueError(f"{file} holds no login: one user:password on each line")
    return logins


def _login_in(authorization: str) -> bytes | None:
    """user:password, as it was sent; None: the header holds something else."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return b64decode(given.strip(), validate=True)
    except (binascii.Error, ValueError):  # ValueError: not ASCII
        return None


def _digest(login: bytes) -> bytes:
    return sha256(login).digest()
