"""Token-Based Authentication: OAuth 1.0a (RFC 5849) signatures, verified for real.

Oracle help, section_1530099787: HMAC-SHA256, the realm is the account id in capitals with an
underscore, and everything is percent-encoded as the RFC has it, exactly once. **Assumed**: a
timestamp may be 300 seconds off, as with Oracle's other tokens.
"""

import base64
import hashlib
import hmac
import re
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from simulators.credentials import Credentials

_PARAMETER = re.compile(r'\s*([a-zA-Z_]+)="([^"]*)"\s*')
_REQUIRED = {
    "realm",
    "oauth_consumer_key",
    "oauth_token",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_signature",
}
_PORTS = {"http": 80, "https": 443}
_CLOCK_SKEW = 300


@dataclass(frozen=True)
class Signed:
    """A request as it came over the wire: nothing of its address is decoded."""

    method: str
    scheme: str
    host: str
    path: str
    query: str
    authorization: str


class TokenBased:
    """One integration with one token, and the nonces that it has used."""

    def __init__(self, credentials: Credentials, settings: Mapping[str, Any]) -> None:
        self._realm = credentials.netsuite_account_id.upper().replace("-", "_")
        self._consumer_key = credentials.netsuite_consumer_key
        self._token_id = credentials.netsuite_token_id
        secrets = (credentials.netsuite_consumer_secret, credentials.netsuite_token_secret)
        self._key = "&".join(map(_encoded, secrets)).encode()
        self._settings = settings
        self._used: deque[tuple[float, str]] = deque()
        self._nonces: set[str] = set()
        self._lock = threading.Lock()

    def accepts(self, request: Signed) -> bool:
        """Whether the Authorization header signs this request, for the first time."""
        if not self._settings["tba_enabled"] or self._settings["refuse_credentials"]:
            return False
        given = _parameters(request.authorization)
        return (
            given.keys() >= _REQUIRED
            and given.pop("realm") == self._realm
            and given["oauth_consumer_key"] == self._consumer_key
            and given["oauth_token"] == self._token_id
            and given["oauth_signature_method"] == "HMAC-SHA256"
            and given.get("oauth_version", "1.0") == "1.0"
            and hmac.compare_digest(given.pop("oauth_signature"), self._signature(request, given))
            and self._is_new(given["oauth_timestamp"], given["oauth_nonce"])
        )

    def _signature(self, request: Signed, given: Mapping[str, str]) -> str:
        text = base_string(request, given).encode()
        return base64.b64encode(hmac.new(self._key, text, hashlib.sha256).digest()).decode()

    def _is_new(self, timestamp: str, nonce: str) -> bool:
        now = time.time()
        if not timestamp.isdecimal() or abs(int(timestamp) - now) > _CLOCK_SKEW:
            return False
        with self._lock:
            while self._used and self._used[0][0] < now - 2 * _CLOCK_SKEW:
                self._nonces.discard(self._used.popleft()[1])
            if nonce in self._nonces:
                return False
            self._nonces.add(nonce)
            self._used.append((now, nonce))
        return True


def base_string(request: Signed, oauth: Mapping[str, str]) -> str:
    """What is signed (RFC 5849, 3.4.1). ``oauth`` is without realm and signature.

    Bodies are JSON here, which is no part of it.
    """
    pairs = [*parse_qsl(request.query, keep_blank_values=True), *oauth.items()]
    encoded = sorted((_encoded(name), _encoded(value)) for name, value in pairs)
    normalized = "&".join(f"{name}={value}" for name, value in encoded)
    place = urlsplit(f"{request.scheme}://{request.host}")
    host = (place.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    if place.port not in (None, _PORTS.get(request.scheme)):
        host = f"{host}:{place.port}"
    address = f"{request.scheme}://{host}{request.path}"
    return "&".join([request.method.upper(), _encoded(address), _encoded(normalized)])


def _parameters(authorization: str) -> dict[str, str]:
    """The header's parameters, decoded; empty where it is malformed."""
    scheme, _, rest = authorization.partition(" ")
    matches = [_PARAMETER.fullmatch(part) for part in rest.split(",")]
    if scheme.lower() != "oauth" or not all(matches):
        return {}
    return {match[1]: unquote(match[2]) for match in matches if match}


def _encoded(text: str) -> str:
    """RFC 5849, 3.6: everything but letters, digits, ``-._~``."""
    return quote(text, safe="")
