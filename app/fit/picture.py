"""All that can be told of one Account before it is synced."""

from dataclasses import dataclass

from app.errors import RecordNotFound
from app.fit.judgement import Judgement
from app.fit.judging import Applicant, applicant_of
from app.fit.preview import Preview, Row
from app.fit.survey import Survey
from app.netsuite import mapping, matching
from app.netsuite.comparing import Standing
from app.netsuite.lookups import Lookups
from app.netsuite.standings import Standings

STAYS = ("", "left alone", "sent")


@dataclass(frozen=True, slots=True)
class Picture:
    """`found`: what its Customer holds; None: there is none, or it is not to be seen."""

    judgement: Judgement
    applicant: Applicant
    parent: str
    """In words, how the parent would be handled."""
    found: Standing | None
    decision: str
    """What a sync would do, in words."""
    rows: list[Row]


def picture_of(account: str, survey: Survey, standings: Standings, lookups: Lookups) -> Picture:
    """Reads only.

    Raises:
        RecordNotFound: Salesforce knows no such Account, or it is deleted, or hidden.
        SyncError: what the clients raise.
    """
    survey.look([account])
    judgement = survey.judged[account]
    if judgement.outcome == "gone":
        raise RecordNotFound(f"Account {account}: {judgement.words}, or it is deleted.")
    flow = survey.judge.flow
    parent, words = _parent(survey, judgement)
    currencies = lookups.currencies() if flow.currencies.enabled else {}
    applicant = applicant_of(survey.applicants[account].account, flow, parent, currencies)
    customer, how = judgement.customer, judgement.words
    found = standings.read([customer]).get(customer) if customer else None
    if customer and not found:
        sought = matching.Sought(account, applicant.key, applicant.name, lost=customer)
        candidates = lookups.candidates(applicant.key, applicant.name)
        instead = matching.decide(sought, candidates, flow.matching)
        customer, how = instead.customer, instead.words
        found = standings.read([customer]).get(customer) if customer else None
    is_lost = judgement.customer is not None and found is None
    rows = [] if is_lost else Preview(applicant, flow, found).rows()
    return Picture(judgement, applicant, words, found, _decision(judgement, found, how, rows), rows)


def _parent(survey: Survey, judgement: Judgement) -> tuple[str | mapping.Keep | None, str]:
    """What would be sent, and what comes before."""
    parent = judgement.parent
    if parent is None:
        return None, "none"
    customer = survey.links.of([parent])[parent].customer
    if customer:
        return customer, f"{parent} is Customer {customer}"
    told = survey.judged.get(parent)
    if told is None:
        words = f"{parent} is no Customer and came late: it would be left out"
        return mapping.KEEP, f"{words} (closedwon sync --force brings it along)"
    would = f"would be {told.outcome} first" if told.becomes_customer else f"is {told.outcome}"
    return told.customer or mapping.KEEP, f"{parent} {would}: {told.words}"


def _decision(told: Judgement, found: Standing | None, how: str, rows: list[Row]) -> str:
    if told.outcome == "blocked":
        return f"would wait: {told.words}"
    if told.outcome == "created":
        return "would create a Customer"
    if found is None:
        return f"would be a dead letter: {how}"
    if not any(row.change not in STAYS for row in rows):
        return f"would change nothing in Customer {found.customer} ({how})"
    return f"would update Customer {found.customer} ({how})"
