"""What admins do with the criteria: the command and the pages both call it.

Raises (every call): SyncError as named, and where Salesforce does not answer;
redis.exceptions.RedisError where Redis does not.
"""

from app.admin.criteria_fitting import fitted, try_out
from app.admin.criteria_offer import Offer, offer_of
from app.admin.criteria_preview import Preview, preview_of
from app.errors import RecordNotFound, RecordRejected
from app.flow import Qualification
from app.saved_criteria import Saved
from app.services import Services
from app.terms import By


def offer(services: Services) -> Offer:
    """What criteria can be made of."""
    return offer_of(services.salesforce)


def save(services: Services, wanted: Qualification, by: By) -> Saved:
    """A draft, once the org can be asked by it.

    Raises:
        RecordRejected: it cannot, with a sentence that names why.
    """
    offered, flow_file = offer_of(services.salesforce), services.criteria.flow_file
    criteria = fitted(wanted, offered)
    try_out(services.salesforce, criteria)
    # As it stands there: only then does publishing it go back to the file.
    is_the_files = _fitted_or_none(flow_file, offered) == criteria
    return services.criteria.save(flow_file if is_the_files else criteria, by)


def publish(services: Services, version: str, by: By) -> Saved:
    """The draft of this version holds from here on, if the org can still be asked by it.

    Raises:
        RecordNotFound: there is no draft.
        RecordRejected: the draft is another by now, or Salesforce refuses it.
    """
    draft = services.criteria.draft()
    if draft and draft.version == version:
        try_out(services.salesforce, draft.qualification)
    return services.criteria.publish(version, by)


def preview(services: Services) -> Preview:
    """What the draft would change.

    Raises:
        RecordNotFound: there is no draft.
        RecordRejected: Salesforce refuses it, or both together are too long to ask by.
    """
    draft = services.criteria.draft()
    if draft is None:
        raise RecordNotFound("There is no draft of criteria to look at: save one first.")
    return preview_of(services, draft)


def _fitted_or_none(flow_file: Qualification, offered: Offer) -> Qualification | None:
    try:
        return fitted(flow_file, offered)
    except RecordRejected:
        return None
