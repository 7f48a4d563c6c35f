"""The criteria: what holds, what the org offers, and a draft on its way to being published."""

from dataclasses import asdict
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, Field, RootModel, StringConstraints

from app.admin import criteria as admin
from app.admin.criteria_fitting import qualification_of
from app.admin.criteria_offer import Choice, Stage
from app.admin.criteria_preview import Preview
from app.admin.criteria_view import saved_as_json, view_of
from workers.flower.api.endpoint import Asked, Body, Endpoint, NoQuery
from workers.flower.api.texts import Why
from workers.reconciler import begin_at_once

Match: TypeAlias = Literal["all", "any"]
Value: TypeAlias = bool | int | float | Annotated[str, StringConstraints(max_length=4000)]
"""Dates are texts, such as 2026-01-31. A text will do for every type of field."""
_PREVIEW_SECONDS = 60.0
"""It asks for up to six queries over the whole org."""


class CriterionAnswer(BaseModel):
    """One condition on an Opportunity."""

    field: str
    operator: str
    values: list[Value]


class QualificationAnswer(BaseModel):
    """Conditions, all or any of which an Opportunity must meet."""

    match: Match
    criteria: list[CriterionAnswer]


class DraftAnswer(BaseModel):
    """Criteria that an admin has saved, and that change nothing yet."""

    qualification: QualificationAnswer
    words: str
    version: str
    """To be named when they are published."""
    by: str
    at: float
    """Epoch seconds."""


class CriteriaAnswer(BaseModel):
    """What holds, where it comes from, and the draft if there is one."""

    current: QualificationAnswer
    words: str
    source: Literal["published", "flow file"]
    version: str | None
    by: str | None
    at: float | None
    flow_file: QualificationAnswer
    draft: DraftAnswer | None
    warnings: list[str]
    late_parents: str
    matching_order: list[str]
    id_field: str
    """The custom field that bears the Account's id; empty: the external id bears it."""


class FieldAnswer(BaseModel):
    """A field of Opportunity that can be compared."""

    name: str
    label: str
    type: str
    operators: list[str]
    values: list[Choice] | None


class OfferAnswer(BaseModel):
    """What the org has: fields by label, stages in their order."""

    fields: list[FieldAnswer]
    stages: list[Stage]


class PreviewAnswer(RootModel[Preview]):
    """What publishing the draft would change; numbers are Accounts."""


class Dropped(BaseModel):
    """False: there was no draft."""

    dropped: bool


class WantedCriterion(Body):
    """One condition, as the form has it."""

    field: str = Field(max_length=80)
    operator: str = Field("=", max_length=10)
    values: list[Value] = Field(max_length=200)


class WantedDraft(Body):
    """Criteria for a draft."""

    match: Match = "all"
    criteria: list[WantedCriterion] = Field(max_length=20)


class Publication(Body):
    """Which draft is to hold."""

    version: str = Field(max_length=40)
    why: Why = ""


class Drop(Body):
    """`version`: the draft is forgotten only if it is still this one."""

    version: str | None = Field(None, max_length=40)
    why: Why = ""


def show(asked: Asked[NoQuery, None]) -> CriteriaAnswer:
    """Tells which criteria hold, and the draft."""
    return CriteriaAnswer(**view_of(asked.services))


def fields(asked: Asked[NoQuery, None]) -> OfferAnswer:
    """Lists the org's fields and stages that criteria can name."""
    return OfferAnswer(**asdict(admin.offer(asked.services)))


def save(asked: Asked[NoQuery, WantedDraft]) -> DraftAnswer:
    """Saves a draft, once the org can be asked by it."""
    wanted = qualification_of(asked.body.model_dump())
    return DraftAnswer(**saved_as_json(admin.save(asked.services, wanted, asked.by)))


def drop(asked: Asked[NoQuery, Drop]) -> Dropped:
    """Forgets the draft."""
    return Dropped(dropped=asked.services.criteria.drop(asked.by, asked.body.version))


def preview(asked: Asked[NoQuery, None]) -> PreviewAnswer:
    """Counts the Accounts that the draft would make qualify, and those that no longer would."""
    return PreviewAnswer(admin.preview(asked.services))


def publish(asked: Asked[NoQuery, Publication]) -> CriteriaAnswer:
    """Makes the draft of this version hold, and has Accounts that newly qualify opened."""
    admin.publish(asked.services, asked.body.version, asked.by)
    begin_at_once()
    return CriteriaAnswer(**view_of(asked.services))


ENDPOINTS = (
    Endpoint("GET", "/criteria", show, answer=CriteriaAnswer),
    Endpoint("GET", "/criteria/fields", fields, answer=OfferAnswer),
    Endpoint("PUT", "/criteria/draft", save, body=WantedDraft, answer=DraftAnswer),
    Endpoint("DELETE", "/criteria/draft", drop, body=Drop, answer=Dropped),
    Endpoint("GET", "/criteria/preview", preview, answer=PreviewAnswer, seconds=_PREVIEW_SECONDS),
    Endpoint("POST", "/criteria/publish", publish, body=Publication, answer=CriteriaAnswer),
)
