"""What one setting may hold: types that check it, and never quote what may be a secret."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, FilePath
from pydantic_settings import NoDecode

from app.loopback import is_private
from app.netsuite.auth import ALGORITHMS as NETSUITE_ALGORITHMS
from app.private_key import Algorithms, read_signer
from app.salesforce.auth import ALGORITHMS as SALESFORCE_ALGORITHMS


def _private(given: str) -> str:
    if given and not is_private(given):
        raise ValueError("must be an https:// address (http:// for loopback addresses only)")
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
