"""What every proof's command does besides proving: a directory of its own, and an orderly end."""

import math
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import click
import httpx
from rich.console import Console

from app.errors import ConfigurationError
from proof.rig.display import Display
from proof.rig.rig import Stuck
from workers.demo.process import ProcessFailed
from workers.demo.signals import signals_unwind

UNPROVEN = (ProcessFailed, Stuck, httpx.HTTPError)
"""What a proof stands on has failed: nothing can be said, and no target is met."""
_INTERRUPTED = 130
OUT = Path("build") / "proof"
"""Where results lie unless told otherwise, below the working directory."""


class _Positive(click.FloatRange):
    """More than 0, and no word that Python takes for a number."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


COUNT = click.IntRange(min=1)
POSITIVE = _Positive(min=0, min_open=True)


def _made(context: click.Context, option: click.Parameter, out: Path) -> Path:
    """Makes it: an hour later is too late to learn that it cannot be made."""
    if context.resilient_parsing:  # a shell completes the line
        return out
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter(f"no directory can be made there: {error.strerror}") from None
    return out


keep_option = click.option(
    "--keep", is_flag=True, help="Keep the directory with logs and Redis's file."
)
out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, writable=True, path_type=Path),
    callback=_made,
    default=OUT,
    show_default=True,
    help="Where tables, JSON and pictures go, from here. Rows of earlier runs stay until repeated.",
)


@contextmanager
def proving(name: str, *, keep: bool) -> Iterator[tuple[Path, Display]]:
    """An empty directory for stacks, and where to say what goes on. Ctrl-C and SIGTERM end all that
    was started, and the process with 130.

    Raises:
        ConfigurationError: an extra is not installed.
    """
    if find_spec("starlette") is None:
        raise ConfigurationError(["The simulators are not installed: add the extra `simulators`."])
    if find_spec("matplotlib") is None:
        raise ConfigurationError(["The pictures cannot be drawn: add the extra `proof`."])
    display = Display(Console(stderr=True))
    directory = Path(mkdtemp(prefix=f"closedwon-{name}-"))
    try:
        with signals_unwind(), display.live():
            yield directory, display
    except KeyboardInterrupt:
        display.say("Interrupted. Everything has ended.")
        raise SystemExit(_INTERRUPTED) from None
    finally:
        if keep:
            display.say(f"Logs and Redis's file are in {directory}.")
        else:
            shutil.rmtree(directory)
