"""What the process that decodes a Parquet file and the one that asked for it tell each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class Job(NamedTuple):
    """What to decode, sent when the process starts.

    ``size`` of the file and ``memory`` that may be taken are in bytes, ``skip`` is how many rows to pass over,
    ``deepest`` how many levels of structs become columns.
    """

    size: int
    skip: int
    deepest: int
    memory: int


class Approximate(float):
    """A whole number of half or single precision from which on not every whole number can be told: digits are gone."""

    __slots__ = ()


@dataclass(frozen=True)
class BytesWanted:
    """Bytes of the file, please; at least one and at most ``size`` of them, none at its end, are the answer."""

    offset: int
    size: int


@dataclass(frozen=True)
class Columns:
    """The columns' names, those within structs with dots; the first message, once the file's end is understood."""

    names: list[str]


@dataclass(frozen=True)
class Rows:
    """Some rows, as the values of each column: text, numbers, yes or no, bytes, lists and objects; ``None`` is null.

    Moments, days and times of day are text already (ISO 8601).
    """

    columns: list[list[Any]]


@dataclass(frozen=True)
class Damaged:
    """The file cannot be decoded."""


@dataclass(frozen=True)
class End:
    """There are no more rows."""


Message = BytesWanted | Columns | Rows | Damaged | End
