"""SOQL whose values are quoted, by simple-salesforce's formatting.

The module is loaded by its file: its package loads a SOAP client with itself, which takes 13 MiB
and half a second of each process (docs/decisions/0005-own-salesforce-client.md).
"""

from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

_PACKAGE, _MODULE = "simple_salesforce", "format"


def format_soql(query: str, *values: object) -> str:
    """The query with each `{}` as a quoted value; `{:literal}` takes text of ours as it is, and
    `{:like}` goes into the quotes of a LIKE.

    Raises:
        ValueError: SOQL has no such value.
    """
    return str(_formatting().format_soql(query, *values))


@cache
def _formatting() -> ModuleType:
    """
    Raises:
        ModuleNotFoundError: simple-salesforce is not installed.
    """
    package = find_spec(_PACKAGE)
    for folder in (package and package.submodule_search_locations) or ():
        path = Path(folder) / f"{_MODULE}.py"
        spec = spec_from_file_location(f"{_PACKAGE}.{_MODULE}", path)
        if spec and spec.loader and path.exists():
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    raise ModuleNotFoundError(f"{_PACKAGE} is not installed.", name=_PACKAGE)
