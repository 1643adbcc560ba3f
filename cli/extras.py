"""The extras of the package: what a command says where a library that only it needs is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from omnicapi.errors import ConfigurationError

OURS = frozenset({"cli", "forward", "handle", "ingest", "local", "omnicapi"})
"""The packages of the wheel: one of these that is missing is no matter of an extra."""


class MissingExtra(ConfigurationError):
    """Libraries that a command needs are not installed; the text says how they get there."""


@contextmanager
def extra(name: str, what: str) -> Iterator[None]:
    """Import inside this what needs the libraries of the extra ``name``; ``what`` begins the sentence to the user.

    Raises :class:`MissingExtra` where one of them is missing.
    """
    try:
        yield
    except ImportError as error:
        if (error.name or "").partition(".")[0] in OURS:
            raise
        raise MissingExtra(
            f"{what} needs libraries that are not installed here ({error}); say: pip install 'omnicapi[{name}]'"
        ) from None
