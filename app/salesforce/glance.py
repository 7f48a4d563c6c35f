"""An Account at a glance: its name and its parent's, for people to read."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.answers import text
from app.salesforce.answers import SERVICE, optional_id

FIELDS = "Id, Name, IsDeleted, ParentId, Parent.Name"


@dataclass(frozen=True, slots=True)
class Glance:
    """`parent`: the id of the Account above, if there is one."""

    name: str
    is_deleted: bool
    parent: str | None
    parent_name: str | None
    """None, too, where our user does not see the parent."""


def glance_of(found: Mapping[str, object]) -> Glance:
    """The Account in a record that was read with FIELDS.

    Raises:
        ServiceUnavailable: a field is missing or of the wrong type.
    """
    parent = found.get("Parent")
    return Glance(
        name=text(found, "Name", SERVICE, "an Account"),
        is_deleted=found.get("IsDeleted") is True,
        parent=optional_id(found, "ParentId"),
        parent_name=text(parent, "Name", SERVICE, "a parent") if isinstance(parent, dict) else None,
    )
