"""By which criteria Accounts qualify: the flow file's, until an admin publishes others.

Redis keys, both JSON: `cw:criteria`, what is published; `cw:criteria:draft`, what may be published
next. Whoever judges asks here each time, so that what is published holds in every process at once.
"""

import secrets
import time
from collections.abc import Callable
from typing import Any, TypeVar

from redis import Redis
from redis.client import Pipeline

from app.audit import Audit
from app.errors import RecordNotFound, RecordRejected
from app.flow import Qualification
from app.passes import Pass, Passes
from app.saved_criteria import CriteriaUnreadable, Saved, digest
from app.stages.qualification import in_words
from app.terms import By

_Result = TypeVar("_Result")

_PUBLISHED, _DRAFT = "cw:criteria", "cw:criteria:draft"
_CHANGED = "the flow file's criteria are no longer what they were when {by} published others"


class Criteria:
    """Raises redis.exceptions.RedisError (every call) when Redis does not answer."""

    def __init__(self, redis: Redis, flow_file: Qualification) -> None:
        """`redis` must decode responses."""
        self._redis: Any = redis
        self.flow_file = flow_file
        self._parsed: tuple[str, Saved] | None = None

    def current(self) -> Qualification:
        """What holds now, in one round trip.

        Raises:
            CriteriaUnreadable: something is published, and cannot be read.
        """
        published = self.published()
        return published.qualification if published else self.flow_file

    def published(self) -> Saved | None:
        """None: the flow file holds.

        Raises:
            CriteriaUnreadable: it cannot be read.
        """
        text = self._redis.get(_PUBLISHED)
        if text is None:
            return None
        parsed = self._parsed
        if parsed is None or parsed[0] != text:
            self._parsed = parsed = text, Saved.read_from(text)
        return parsed[1]

    def told(self) -> str:
        """What holds, in words; or that it cannot be read."""
        try:
            return in_words(self.current())
        except CriteriaUnreadable as unreadable:
            return str(unreadable)

    def draft(self) -> Saved | None:
        """
        Raises:
            CriteriaUnreadable: it cannot be read.
        """
        text = self._redis.get(_DRAFT)
        return Saved.read_from(text) if text is not None else None

    def save(self, qualification: Qualification, by: By) -> Saved:
        """A new draft, in the place of any other. It changes nothing yet."""
        saved = Saved(
            qualification=qualification, version=secrets.token_hex(4), by=by.who, at=time.time()
        )

        def turn(pipeline: Pipeline) -> Saved:
            before = _told(pipeline.get(_DRAFT))
            pipeline.multi()
            pipeline.set(_DRAFT, saved.stored())
            Audit.add(pipeline, "criteria draft", by, before=before, after=_words(saved))
            return saved

        return self._turn(turn, _DRAFT)

    def drop(self, by: By, version: str | None = None) -> bool:
        """Forgets the draft → False: there is none. `version`: if it is still this one.

        Raises:
            RecordRejected: the draft is another by now.
            CriteriaUnreadable: it cannot be read, and a version was given.
        """

        def turn(pipeline: Pipeline) -> bool:
            held = pipeline.get(_DRAFT)
            if held is not None and version is not None:
                _expected(held, version)
            before = _told(held)
            pipeline.multi()
            if before:
                pipeline.delete(_DRAFT)
                Audit.add(pipeline, "criteria drop", by, before=before)
            return bool(before)

        return self._turn(turn, _DRAFT)

    def publish(self, version: str, by: By) -> Saved:
        """The draft of this version holds from here on, and a pass is asked for that opens all
        Accounts that newly qualify. Published twice, it is once. If it says what the flow file
        says, nothing is published any more: the file holds again, with what it will be changed to.

        Raises:
            RecordNotFound: there is no draft.
            RecordRejected: the draft is another by now.
            CriteriaUnreadable: it cannot be read.
        """

        def turn(pipeline: Pipeline) -> Saved:
            holds = pipeline.get(_PUBLISHED)
            before = _of(holds)
            if before and before.version == version:
                pipeline.multi()
                return before
            draft = _expected(pipeline.get(_DRAFT), version)
            update = {"by": by.who, "at": time.time(), "flow_file": digest(self.flow_file)}
            saved = draft.model_copy(update=update)
            told = _told(holds) or self._files_words()
            is_the_files = saved.qualification == self.flow_file
            pipeline.multi()
            if is_the_files:
                pipeline.delete(_PUBLISHED)
            else:
                pipeline.set(_PUBLISHED, saved.stored())
            pipeline.delete(_DRAFT)
            cause = f"criteria {version} were published by {by.who}"
            Passes.queue(pipeline, Pass("criteria", cause, ("qualifying",), patient=True))
            after = self._files_words() if is_the_files else _words(saved)
            Audit.add(pipeline, "criteria publish", by, before=told, after=after)
            return saved

        return self._turn(turn, _DRAFT, _PUBLISHED)

    def warnings(self) -> list[str]:
        """What an admin should know: the flow file was changed, and what is published hides it."""
        try:
            published = self.published()
        except CriteriaUnreadable as unreadable:
            return [str(unreadable).rstrip(".")]
        if (
            published is None
            or published.flow_file == digest(self.flow_file)
            or published.qualification == self.flow_file
        ):
            return []
        return [
            f"{_CHANGED.format(by=published.by)}: the published ones hold. To go by the file "
            "again, 'closedwon criteria set --flow-file', and publish that"
        ]

    def _files_words(self) -> str:
        return f"{in_words(self.flow_file)} (flow file)"

    def _turn(self, turn: Callable[[Pipeline], _Result], *keys: str) -> _Result:
        """`turn` runs again if one of the keys was changed meanwhile."""
        result: _Result = self._redis.transaction(turn, *keys, value_from_callable=True)
        return result


def _expected(text: Any, version: str) -> Saved:
    if text is None:
        raise RecordNotFound("There is no draft of criteria: save one first.")
    draft = Saved.read_from(text)
    if draft.version != version:
        raise RecordRejected(
            f"The draft is another by now: {draft.by} saved version {draft.version}, and this is "
            f"{version}. Look at it first."
        )
    return draft


def _of(text: Any) -> Saved | None:
    """What is stored, as far as it can be read: what replaces it must not depend on it."""
    try:
        return Saved.read_from(text) if text is not None else None
    except CriteriaUnreadable:
        return None


def _told(text: Any) -> str:
    """For the audit trail; empty where nothing is stored."""
    if text is None:
        return ""
    saved = _of(text)
    return _words(saved) if saved else "criteria that this version cannot read"


def _words(saved: Saved) -> str:
    return f"{in_words(saved.qualification)} (version {saved.version})"
