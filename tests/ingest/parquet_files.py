"""Parquet files for tests, written by the library that also reads them; what other writers make is in the corpus."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, cast

from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from ingest.values.places import letters

TEXT = DataType.utf8()


def parquet(columns: Mapping[str, Array], **options: Any) -> bytes:
    """Write columns of equal length."""
    data = io.BytesIO()
    write_parquet(Table.from_pydict(dict(columns)), cast("BinaryIO", data), **options)
    return data.getvalue()


def texts(values: Sequence[str | None], kind: DataType = TEXT) -> Array:
    """Make a column of what texts say as values of ``kind``."""
    return Array(values, TEXT).cast(kind)


def numbers(values: Sequence[int | None], kind: DataType) -> Array:
    """Make a column of numbers, or of moments and days by the numbers that stand for them."""
    return Array(values, DataType.int64()).cast(kind)


def as_texts(rows: Sequence[Sequence[str]]) -> bytes:
    """Write rows of texts, the names of their columns first; what is empty is null."""
    names, *data = rows
    return parquet({name: texts([row[index] or None for row in data]) for index, name in enumerate(names)})


def store_file(rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows of the sample's layouts, whose columns a map counts."""
    data = [["" if cell is None else str(cell) for cell in row] for row in rows]
    return as_texts([[f"column {letters(index)}" for index in range(len(data[0]))], *data])
