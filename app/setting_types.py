"""What one setting may hold: types that check it, and never quote what may be a secret."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, FilePath, SecretStr
from pydantic_settings import NoDecode

from app.loopback import is_private
from app.netsuite.auth import ALGORITHMS as NETSUITE_ALGORITHMS
from app.private_key import Algorithms, read_signer
from app.salesforce.auth import ALGORITHMS as SALESFORCE_ALGORITHMS

_ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f,;<>\"]+@[^@\s\x00-\x1f\x7f,;<>\"]+")


def _private(given: str) -> str:
    if given and not is_private(given):
        raise ValueError("must be an https:// address (http:// for loopback addresses only)")
    return given.rstrip("/")


def _private_secret(given: SecretStr) -> SecretStr:
    if given.get_secret_value() and not is_private(given.get_secret_value()):
        raise ValueError("must be an https:// address (http:// for loopback addresses only)")
    return given


def _page(given: str) -> str:
    """What people's browsers are led to: whether in plain text is for whoever serves it."""
    try:
        parts = urlsplit(given)
        _ = parts.port  # raises where it is no number
    except ValueError:
        raise ValueError("is no address") from None
    more = parts.username or parts.password or parts.query or parts.fragment
    if given and (parts.scheme not in ("http", "https") or not parts.hostname or more):
        raise ValueError("must be an address such as https://ops.example.com/flower, no more")
    return given.rstrip("/")


def _host_and_port(given: str) -> str:
    host, _, port = given.rpartition(":")
    if not host or "/" in host or not (port.isascii() and port.isdigit()):
        raise ValueError("must be host:port")
    return given


def _comma_separated(given: object) -> object:
    if not isinstance(given, str):
        return given
    names = tuple(name.strip() for name in given.split(",") if name.strip())
    if not names:
        raise ValueError("names no channel")
    return names


def _is_address(given: str) -> bool:
    return given.isascii() and bool(_ADDRESS.fullmatch(given))


def _address(given: str) -> str:
    if given and not _is_address(given):
        raise ValueError("must be an e-mail address such as closedwon@example.com")
    return given


def _addresses(given: object) -> object:
    if not isinstance(given, str):
        return given
    named = tuple(dict.fromkeys(name.strip() for name in given.split(",") if name.strip()))
    if not all(map(_is_address, named)):
        raise ValueError("must be e-mail addresses such as ops@example.com, comma-separated")
    return named


def _path_and_no_key(given: object) -> object:
    try:
        Path(str(given)).is_file()
    except (OSError, ValueError):  # of a key in place of its path, whose words quote it
        raise ValueError("must be a readable file's path, not the key itself") from None
    return given


def _signing(accepted: Algorithms) -> Callable[[Path], Path]:
    def check(given: Path) -> Path:
        read_signer(given, accepted)
        return given

    return check


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """Two streams of one channel would each take the other's cursor for a Redis that went back."""
    return tuple(dict.fromkeys(names))


PrivateUrl: TypeAlias = Annotated[str, AfterValidator(_private)]
"""Without a slash at its end."""
PrivateSecretUrl: TypeAlias = Annotated[SecretStr, AfterValidator(_private_secret)]
PageUrl: TypeAlias = Annotated[str, AfterValidator(_page)]
Address: TypeAlias = Annotated[str, AfterValidator(_address)]
Addresses: TypeAlias = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_addresses)]
Endpoint: TypeAlias = Annotated[str, AfterValidator(_host_and_port)]
Channels: TypeAlias = Annotated[
    tuple[str, ...], NoDecode, BeforeValidator(_comma_separated), AfterValidator(_distinct)
]
SalesforceKeyFile: TypeAlias = Annotated[
    FilePath,
    BeforeValidator(_path_and_no_key),
    AfterValidator(_signing(SALESFORCE_ALGORITHMS)),
]
NetSuiteKeyFile: TypeAlias = Annotated[
    FilePath,
    BeforeValidator(_path_and_no_key),
    AfterValidator(_signing(NETSUITE_ALGORITHMS)),
]
