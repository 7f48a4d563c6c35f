"""Flower's configuration file (`--conf`): Flower executes it and takes its names as options.

The login comes from the environment or `.env` alone, so that it stands in no process list. Flower
itself reads the environment, but no `.env`.
"""

import sys

from app.errors import ConfigurationError
from workers.flower.login import read_logins, read_variables

_options = {"address": "127.0.0.1"} | read_variables()
try:
    basic_auth = read_logins(_options.pop("basic_auth", ""))
except ConfigurationError as _wrong:
    sys.stderr.write(f"closedwon: {_wrong}\n")
    sys.exit(2)
globals().update(_options)
