"""Flower's configuration file (`--conf`): Flower executes it and takes its names as options.

The login comes from the environment alone, so that it stands in no process list.
"""

import os

from app.errors import ConfigurationError
from workers.flower.login import read_logins

try:
    basic_auth = read_logins(os.environ.get("FLOWER_BASIC_AUTH", ""))
except ConfigurationError as _wrong:
    raise SystemExit(str(_wrong)) from None
address = os.environ.get("FLOWER_ADDRESS") or "127.0.0.1"
