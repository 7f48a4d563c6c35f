"""What can go wrong, as a tree:

    SyncError
    ├── TransientError          the same again, later
    │   ├── ServiceUnavailable  down, refused, answering nonsense
    │   │   ├── NoAnswer        timed out or broken off: the outcome of a write is unknown
    │   │   ├── ServiceDown     known to be down: nothing was sent, and no attempt is used up
    │   │   └── ServiceFailed   failed without a reason, perhaps on this record alone
    │   ├── RateLimited         a shared limit is exhausted: uses up no attempt
    │   └── RecordLocked        somebody else is saving the record
    └── PermanentError          again changes nothing: a person must act
        ├── AuthenticationFailed  the credentials are refused: stops the flow, not the record
        ├── RecordRejected      the values do not fit
        ├── AmbiguousMatch      more than one Customer may be meant
        ├── RecordNotFound      an id leads nowhere
        └── InvalidHierarchy    the parents form a circle
    ConfigurationError          settings or flow file are wrong: the process does not start

The message of each is one sentence that an admin can act on; the class name is the letter's cause.
Exceptions outside this tree are bugs: never caught, never retried, visible under their own name.
"""

from app.legible import legible
from app.service_words import keepable


class SyncError(Exception):
    """Base of everything that the sync expects to go wrong."""

    counts = True
    """Whether the failure uses up one of the account's attempts. A breaker (app/breaker.py) sets it
    to false on a failure for which the service, not the record, is to blame.
    """

    def __init__(
        self, message: str, *, service: str = "", service_words: str = "", request: str = ""
    ) -> None:
        """`service` is salesforce or netsuite; `service_words` is its answer, word for word save
        for personal data (app/service_words.py); `request` what was asked, with every value masked
        (app/masking.py).
        """
        super().__init__(legible(message))
        self.service = service
        self.service_words = keepable(service_words)
        self.request = legible(request)


class TransientError(SyncError):
    """The same call may succeed later; `retry_after` is the server's own wish, in seconds."""

    def __init__(
        self,
        message: str,
        *,
        service: str = "",
        service_words: str = "",
        request: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, service=service, service_words=service_words, request=request)
        self.retry_after = retry_after


class ServiceUnavailable(TransientError):
    """The service is down, or does not answer as it should."""


class NoAnswer(ServiceUnavailable):
    """The request may have arrived: a write was carried out, or was not, or will be later."""


class ServiceDown(ServiceUnavailable):
    """The service is known to be down, so it was not asked."""

    counts = False


class ServiceFailed(ServiceUnavailable):
    """The service answered that it failed, and not why: its trouble, or this record's for ever."""


class RateLimited(TransientError):
    """A limit that is shared with others is exhausted."""

    counts = False


class RecordLocked(TransientError):
    """Another transaction holds the record."""


class PermanentError(SyncError):
    """Only a person can mend it."""


class AuthenticationFailed(PermanentError):
    """The service refuses our credentials: nobody's record is to blame."""

    counts = False


class RecordRejected(PermanentError):
    """The service, or our own rules before it, refuse the record's values."""


class AmbiguousMatch(PermanentError):
    """More than one Customer may be meant, or the one found belongs to another Account."""


class RecordNotFound(PermanentError):
    """An id that was known leads nowhere."""


class InvalidHierarchy(PermanentError):
    """An Account is, over its parents, its own parent."""


class ConfigurationError(Exception):
    """Settings or flow file are wrong; `problems` holds one sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = list(map(legible, problems))
        super().__init__("\n".join(self.problems))


def may_have_acted(failed: SyncError) -> bool:
    """Whether a write that failed so may have been carried out, or will be: a script may fail after
    the save, and a gateway answer in the place of a service that goes on. Where nothing was
    answered and nothing is in doubt, nothing was sent.
    """
    if isinstance(failed, NoAnswer | ServiceFailed):
        return True
    return isinstance(failed, ServiceUnavailable) and bool(failed.service_words)
