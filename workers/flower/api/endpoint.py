"""What an endpoint of the API is, and what its function is given.

The tables of endpoints (`ENDPOINTS` of the modules beside this one) are all that is said of the
API: the handlers (handler.py) and the description (openapi.py) are made from them.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

from app.services import Services
from app.terms import By

Method: TypeAlias = Literal["GET", "POST", "PUT", "DELETE"]
Role: TypeAlias = Literal["admin", "operator"]

_PARAMETER = re.compile(r"{(\w+)}")


class Query(BaseModel):
    """Base of the parameters behind the question mark: each once, and none that is unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """Base of what is sent as JSON: nothing that is unknown. Bound every string and list."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoQuery(Query):
    """No parameters."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who asks."""

    user: str
    """The name of the login, or the e-mail address that the OAuth provider vouches for."""
    role: Role
    read_only: bool = False
    """Whether this Flower refuses all actions, whoever asks."""

    @property
    def can_act(self) -> bool:
        return self.role == "admin" and not self.read_only


Q = TypeVar("Q", bound=BaseModel)
B = TypeVar("B", bound=BaseModel | None)


@dataclass(frozen=True, slots=True)
class Asked(Generic[Q, B]):
    """One request, checked: `Asked[NoQuery, None]` where nothing comes with it."""

    services: Services
    session: Session
    path: Mapping[str, str]
    """The path's parameters; `account` has its 18 characters."""
    query: Q
    body: B
    site: str = ""
    """What the addresses of the pages begin with, before the slash: "" or "/flower"."""

    @property
    def by(self) -> By:
        """Whoever is logged in; why, in their own words, if the body has a `why`."""
        return By(self.session.user, getattr(self.body, "why", ""))


@dataclass(frozen=True)
class Endpoint:
    """`call` runs on a thread; it raises of app/errors.py what goes wrong, and its docstring's
    first sentence is the description's summary.
    """

    method: Method
    path: str
    """Below /api/closedwon, with parameters in braces: {account}, {recovery}."""
    call: Callable[[Asked[Any, Any]], BaseModel]
    query: type[BaseModel] = NoQuery
    body: type[BaseModel] | None = None
    answer: type[BaseModel] = BaseModel
    admin: bool | None = None
    """Whether it is for admins alone; None: all that is no GET is."""
    seconds: float = 20.0
    """After so long the caller is told that it took too long, and no call to a cloud starts."""

    @property
    def for_admins(self) -> bool:
        return self.method != "GET" if self.admin is None else self.admin

    @property
    def parameters(self) -> list[str]:
        """Names of the path's parameters, in order."""
        return _PARAMETER.findall(self.path)

    @property
    def pattern(self) -> str:
        """The path as a regular expression with named groups."""
        return _PARAMETER.sub(r"(?P<\1>[^/]+)", self.path)

    @property
    def summary(self) -> str:
        """The first sentence of the function's docstring."""
        words = " ".join((inspect.getdoc(self.call) or "").split())
        return words.split(". ")[0].rstrip(".")
