"""A time as a person gives it."""

import re
import time
from datetime import UTC, datetime
from typing import Any

import click

_AGO = re.compile(r"(\d{1,6})([mhd])", re.ASCII)
_SECONDS = {"m": 60, "h": 3600, "d": 86400}


class Since(click.ParamType[int]):
    """An ISO date or time, UTC if it has no offset, or how long ago: `90m`, `6h`, `3d` → epoch
    seconds.
    """

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        given = str(value).strip()
        now = int(time.time())
        try:
            seconds = _seconds(given, now)
        except ValueError:
            words = f"{given!r} is no time: give 2026-11-23, 2026-11-23T10:15, 90m, 6h or 3d."
            self.fail(words, param, ctx)
        if not 0 < seconds <= now:
            self.fail(f"{given} has not come yet, or is too long ago.", param, ctx)
        return seconds


def _seconds(given: str, now: int) -> int:
    """
    Raises:
        ValueError: it is no time.
    """
    if ago := _AGO.fullmatch(given):
        return now - int(ago[1]) * _SECONDS[ago[2]]
    at = datetime.fromisoformat(given)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
