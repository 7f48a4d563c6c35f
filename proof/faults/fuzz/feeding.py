"""Feeds a target: inputs of a Hypothesis strategy, without pytest, and a book of what came of each.

No input stops the run: what is found is noted, and the shortest input of each kind is kept, so that
the count is that of the inputs which were really tried.
"""

import logging
import resource
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from app.errors import ConfigurationError, SyncError
from app.legible import legible
from proof.faults.fuzz.target import FuzzResult, Nonsense, Run
from proof.faults.fuzz.variants import Vary, variants

Check = Callable[[Any], object]
"""Tries one input. Where it is refused, it raises the clear error, or returns a Dropped; whatever
else it returns, the input is taken.
"""

_BLOCK = 400
"""Inputs under one seed: Hypothesis remembers those of a run, which would fill memory."""
_SEEDS = 1_000_003
"""Blocks of one seed, so that those of the next are others."""
_SLOW_SECONDS = 2.0
_LARGE_KB = 200_000
"""An input that takes so much of the CPU's time, or so much more memory, is a finding."""
_LONGEST_SENTENCE = 1000
_LONGEST_SHOWN = 300


def fed(
    name: str,
    inputs: SearchStrategy[Any],
    checking: Callable[[], AbstractContextManager[Check]],
    vary: Vary | None = None,
    most: int = 0,
) -> Run:
    """The `run` of a target. `checking` opens what the inputs are tried on. `vary`: of each input
    `most` variants are tried, too.
    """

    def run(first_seed: int, count: int) -> FuzzResult:
        book, began = _Book(FuzzResult(name)), time.monotonic()
        with _logs_formatted(), checking() as check:
            block = 0
            while (left := count - book.result.inputs) > 0:
                number = first_seed * _SEEDS + block
                trial = (
                    _with_variants(book, check, vary, most, str(number))
                    if vary
                    else book.tried(check)
                )
                _feed(inputs, trial, number, min(_BLOCK, -(-left // (most + 1))))
                block += 1
        book.result.seconds = time.monotonic() - began
        return book.closed()

    return run


def _with_variants(
    book: "_Book", check: Check, vary: Vary, most: int, seed_of_block: str
) -> Callable[[Any], None]:
    trial = book.tried(check)

    def each(tried: Any) -> None:
        trial(tried)
        for variant in variants(tried, vary, most, f"{seed_of_block}.{book.result.inputs}"):
            trial(variant)

    return each


def ensure_clear(error: SyncError | ConfigurationError) -> None:
    """
    Raises:
        Nonsense: no person could read the error, or Redis not store it.
    """
    given = [error.service_words, error.request] if isinstance(error, SyncError) else []
    sentences = [str(error)] if isinstance(error, SyncError) else error.problems
    for words in (*sentences, *given):
        try:
            words.encode()
        except UnicodeEncodeError:
            raise Nonsense(f"{type(error).__name__}: its words cannot be stored") from None
        if words != legible(words):
            raise Nonsense(f"{type(error).__name__}: its words are not legible")
    if not sentences or any(len(s.strip()) < 10 for s in sentences):
        raise Nonsense(f"{type(error).__name__}: it says nothing")
    if any(len(sentence) > _LONGEST_SENTENCE for sentence in sentences):
        raise Nonsense(f"{type(error).__name__}: a sentence is too long to read")


class Dropped(str):
    """A refusal that is no error: the word for it in the table."""

    __slots__ = ()


class _Book:
    """Of one run."""

    def __init__(self, result: FuzzResult) -> None:
        self.result = result
        self._found: dict[str, str] = {}
        """Kind of finding to the shortest input."""

    def tried(self, check: Check) -> Callable[[Any], None]:
        """The check, with its outcome noted."""

        def trial(tried: Any) -> None:
            self.result.inputs += 1
            cpu, memory = time.thread_time(), _most_kb()
            self._note(check, tried)
            if (took := time.thread_time() - cpu) > _SLOW_SECONDS:
                self._finding(f"it takes {took:.0f} s", tried)
            if (more := _most_kb() - memory) > _LARGE_KB:
                self._finding(f"it takes {more // 1000} MB", tried)

        return trial

    def closed(self) -> FuzzResult:
        self.result.findings = [f"{kind}: {shown}" for kind, shown in sorted(self._found.items())]
        return self.result

    def _note(self, check: Check, tried: Any) -> None:
        with ExitStack() as stack:
            stack.push(lambda kind, error, trace: self._failed(error, tried))
            try:
                dropped = check(tried)
            except (SyncError, ConfigurationError) as refusal:
                ensure_clear(refusal)
                self.result.refused[type(refusal).__name__] += 1
            else:
                self._taken(dropped)

    def _failed(self, error: BaseException | None, tried: Any) -> bool:
        """What no target expects is what is looked for."""
        if isinstance(error, Nonsense):
            self._finding(str(error), tried)
        elif isinstance(error, Exception):
            self._finding(_told(error), tried)
        return isinstance(error, Exception)

    def _taken(self, dropped: object) -> None:
        if isinstance(dropped, Dropped):
            self.result.refused[dropped] += 1
        else:
            self.result.accepted += 1

    def _finding(self, kind: str, tried: Any) -> None:
        shown = ascii(tried)
        if kind not in self._found or len(shown) < len(self._found[kind]):
            self._found[kind] = shown[:_LONGEST_SHOWN]


def _feed(
    inputs: SearchStrategy[Any], trial: Callable[[Any], None], number: int, count: int
) -> None:
    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def one(tried: Any) -> None:
        trial(tried)

    one()


def _told(bug: Exception) -> str:
    """The class and the last place of ours that it passed."""
    frames = traceback.extract_tb(bug.__traceback__)
    ours = [f for f in frames if "/app/" in f.filename or "/workers/" in f.filename]
    at = (ours or list(frames))[-1]
    place = "/".join(at.filename.rsplit("/", 3)[1:])
    return f"{type(bug).__name__} at {place}:{at.lineno} ({str(bug)[:80]!a})"


def _most_kb() -> int:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class _Formatting(logging.Handler):
    """Whatever is logged must be formatted without an error; nobody reads it."""

    def emit(self, record: logging.LogRecord) -> None:
        self.format(record)


@contextmanager
def _logs_formatted() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("app", "workers", "closedwon")]
    kept = [(logger.propagate, logger.level) for logger in loggers]
    handler = _Formatting()
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        for logger, (propagate, level) in zip(loggers, kept, strict=True):
            logger.removeHandler(handler)
            logger.propagate = propagate
            logger.setLevel(level)
