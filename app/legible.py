"""Characters that nobody sees, and that do something nonetheless: move a terminal's cursor, rename
its window, or let a text read backwards.
"""

import re

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
"""Unicode's format characters without a shape. The joiners U+200C and U+200D stay: without them
Persian and Hindi are misspelt, and emoji fall apart.
"""


def legible(text: str) -> str:
    """The text without control characters (C0, C1, DEL) and invisible ones, direction marks among
    them. Its lines stay; a tab becomes a space, and half of a surrogate pair, which JSON can carry
    and UTF-8 can not, U+FFFD.
    """
    return visible(_SURROGATE.sub("\ufffd", _CONTROLS.sub("", text)).replace("\t", " "))


def visible(text: str) -> str:
    """The text without invisible format characters."""
    return _INVISIBLE.sub("", text)
