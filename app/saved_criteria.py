"""Criteria as they are stored: JSON that tells dates from texts."""

import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.errors import TransientError
from app.flow import Qualification

_READ_AS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}
"""JSON has no dates: one is stored as `{"date": "2026-01-31"}`."""
_MEND = (
    "Save the criteria anew with this version ('closedwon criteria set') and publish them; until "
    "then nobody is judged."
)


class Saved(BaseModel):
    """Criteria as an admin saved or published them."""

    model_config = ConfigDict(frozen=True)

    qualification: Qualification
    version: str
    """Random: no two drafts share one."""
    by: str
    at: float
    """Epoch seconds."""
    flow_file: str = ""
    """Of what is published: the digest of the flow file's criteria at that time."""

    def stored(self) -> str:
        """As it lies in Redis."""
        return json.dumps(self.model_dump(), default=_tagged, separators=(",", ":"))

    @classmethod
    def read_from(cls, text: str) -> "Saved":
        """The reverse of `stored`.

        Raises:
            CriteriaUnreadable: another version of the code has written it.
        """
        try:
            return cls.model_validate(json.loads(text, object_hook=_untagged))
        except (ValueError, TypeError, RecursionError):
            raise CriteriaUnreadable from None


class CriteriaUnreadable(TransientError):
    """What is stored tells this version of the code nothing: a person mends it, and whoever waits
    to be judged then is. No record is to blame.
    """

    counts = False

    def __init__(self) -> None:
        super().__init__(f"This version cannot read the criteria that were stored. {_MEND}")


def digest(qualification: Qualification) -> str:
    """Short, and another for other criteria."""
    text = json.dumps(qualification.model_dump(), default=_tagged)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _tagged(value: date) -> dict[str, str]:
    return {"datetime" if isinstance(value, datetime) else "date": value.isoformat()}


def _untagged(found: dict[str, Any]) -> object:
    for name, read in _READ_AS.items():
        if set(found) == {name}:
            return read(found[name])
    return found
