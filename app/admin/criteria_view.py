"""What the command and the page show of the criteria, as JSON has it."""

from datetime import date
from typing import Any

from app.flow import Qualification
from app.saved_criteria import CriteriaUnreadable, Saved
from app.services import Services
from app.stages.qualification import in_words


def view_of(services: Services) -> dict[str, Any]:
    """What holds, where it comes from, the draft, and what the flow file decides besides.

    Raises:
        CriteriaUnreadable: another version of the code has published what holds.
        redis.exceptions.RedisError: Redis does not answer.
    """
    criteria, flow = services.criteria, services.flow
    published = criteria.published()
    current = published.qualification if published else criteria.flow_file
    return {
        "current": as_json(current),
        "words": in_words(current),
        "source": "published" if published else "flow file",
        "version": published and published.version,
        "by": published and published.by,
        "at": published and published.at,
        "flow_file": as_json(criteria.flow_file),
        "draft": _draft(services),
        "warnings": criteria.warnings(),
        "late_parents": flow.hierarchy.late_parents,
        "matching_order": list(flow.matching.order),
        "id_field": flow.matching.id_field,
    }


def saved_as_json(saved: Saved) -> dict[str, Any]:
    """A draft."""
    return {
        "qualification": as_json(saved.qualification),
        "words": in_words(saved.qualification),
        "version": saved.version,
        "by": saved.by,
        "at": saved.at,
    }


def as_json(qualification: Qualification) -> dict[str, Any]:
    """Dates as texts, such as 2026-01-31: they become dates again in view of their field."""
    return {
        "match": qualification.match,
        "criteria": [
            {
                "field": one.field,
                "operator": one.operator,
                "values": [v.isoformat() if isinstance(v, date) else v for v in one.values],
            }
            for one in qualification.criteria
        ],
    }


def _draft(services: Services) -> dict[str, Any] | None:
    """One that this version cannot read is none: whoever saves another mends it."""
    try:
        draft = services.criteria.draft()
    except CriteriaUnreadable:
        return None
    return saved_as_json(draft) if draft else None
