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
        if ago := _AGO.fullmatch(given):
            return int(time.time()) - int(ago[1]) * _SECONDS[ago[2]]
        try:
            at = datetime.fromisoformat(given)
        except ValueError:
            self.fail(
                f"{given!r} is no time: give 2026-11-23, 2026-11-23T10:15, 90m, 6h or 3d.",
                param,
                ctx,
            )
        seconds = int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
        if not 0 < seconds <= time.time():
            self.fail(f"{given} has not come yet, or is too long ago.", param, ctx)
        return seconds
