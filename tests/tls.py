"""One TLS context for all clients of the tests: making one takes longer than most tests."""

import ssl
from functools import lru_cache


@lru_cache(maxsize=1)
def trust() -> ssl.SSLContext:
    """The system's authorities."""
    return ssl.create_default_context()
