"""Screenshots for the documentation: taken by the tests, kept if they are asked for."""

import os
from pathlib import Path

from tests.browser.visitor import Visitor
from workers.processes import PROJECT

_FOLDER = PROJECT / "docs" / "screenshots"


def shoot(visitor: Visitor, name: str, otherwise: Path, *, whole: bool = False) -> Path:
    """A picture of the window, or of the whole page, as `docs/screenshots/<name>.png` if
    CLOSEDWON_SCREENSHOTS is set, as by `make screenshots`; else below `otherwise`, where nobody
    keeps it.
    """
    folder = _FOLDER if os.environ.get("CLOSEDWON_SCREENSHOTS") else otherwise
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.png"
    visitor.page.evaluate("() => document.activeElement?.blur()")
    visitor.page.screenshot(path=path, animations="disabled", full_page=whole)
    return path
