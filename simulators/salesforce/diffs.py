"""Long texts in change events: sent as a unified diff where that is shorter than the text."""

import difflib
import hashlib
from typing import Any

_LEAST_LENGTH = 1000


def text_diff(old: Any, new: Any) -> str | None:
    """The diff the platform would send in place of the new text, or None if it sends the text.

    A diff is sent for texts of at least 1,000 characters, unless the lengths differ by more than
    half, more than a quarter of the lines differ, or the diff is longer than the text. Its second
    line carries the SHA-256 of the whole new text.
    """
    if not isinstance(old, str) or not isinstance(new, str) or len(new) < _LEAST_LENGTH:
        return None
    if abs(len(new) - len(old)) > len(old) / 2:
        return None
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    hunks = list(difflib.unified_diff(old_lines, new_lines, n=0))[2:]
    differing = sum(1 for line in hunks if line[:1] == "+")
    if not hunks or differing > len(new_lines) / 4:
        return None
    digest = hashlib.sha256(new.encode()).hexdigest()
    diff = f"--- \n+++ {digest}\n" + "".join(hunks)
    return diff if len(diff) < len(new) else None
