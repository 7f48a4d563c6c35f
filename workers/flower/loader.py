"""Templates: ours first, Flower's next, and in some of Flower's a line of ours.

Flower has no places for extensions in its pages. A line is inserted beside a piece of its text that
must be there exactly once, so that another release of Flower shows at the start, not to operators.
"""

from dataclasses import dataclass
from pathlib import Path

import flower
from tornado.template import BaseLoader, Template

from app.errors import ConfigurationError

_OURS = Path(__file__).parent / "templates"
_FLOWERS = Path(flower.__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Insertion:
    """`words` go before or after the one occurrence of `anchor` in a template of Flower."""

    template: str
    anchor: str
    words: str
    before: bool = False

    def into(self, text: str) -> str:
        """
        Raises:
            ConfigurationError: the anchor is not there exactly once.
        """
        found = text.count(self.anchor)
        if found != 1:
            raise ConfigurationError(
                [
                    f"Flower {flower.__version__}: its template {self.template} has {found} times "
                    f"{self.anchor!r}, where our pages are joined to it: install flower==2.2.*."
                ]
            )
        put = self.words + self.anchor if self.before else self.anchor + self.words
        return text.replace(self.anchor, put)


INSERTIONS = (
    Insertion("base.html", "</head>", '{% include "cw_head.html" %}', before=True),
    Insertion("navbar.html", ">Broker</a>", '{% include "cw_nav.html" %}'),
    Insertion("task.html", '<div class="detail-actions">', '{% include "cw_task.html" %}'),
    # The policy of our pages lets no script inside a page run but by its nonce.
    Insertion("workers.html", '<script type="text/javascript"', ' nonce="{{ cw_nonce() }}"'),
)


class Loader(BaseLoader):
    """All templates lie side by side: a name is a file's."""

    def __init__(self) -> None:
        """
        Raises:
            ConfigurationError: an installed Flower is not the one that our pages fit.
        """
        super().__init__()
        for insertion in INSERTIONS:
            self.load(insertion.template)

    def resolve_path(self, name: str, parent_path: str | None = None) -> str:
        return name

    def _create_template(self, name: str) -> Template:
        ours = _OURS / name
        text = (ours if ours.exists() else _FLOWERS / name).read_text(encoding="utf-8")
        for insertion in INSERTIONS:
            if insertion.template == name:
                text = insertion.into(text)
        return Template(text, name=name, loader=self)
