"""The columns of a batch as values of Python, structs taken apart, with nothing lost that a file says."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any, cast

from arro3.core import Array, DataType, Field, struct_field

from ingest.readers.parquet.messages import Approximate

_TEXT = DataType.utf8()
_UUID_BYTES = 16
_EXACT_16, _EXACT_32 = 2**11, 2**24
"""From here on numbers of half and of single precision are not exact."""

Column = tuple[str, list[Any]]


def names(fields: Iterable[Field], deepest: int, prefix: str = "") -> Iterator[str]:
    """Yield the names of the columns that :func:`columns` gives."""
    for field in fields:
        if _is_apart(field.type, deepest):
            yield from names(field.type.fields, deepest - 1, f"{prefix}{field.name}.")
        else:
            yield prefix + field.name


def columns(array: Array, deepest: int) -> Iterator[list[Any]]:
    """Yield an array's values; of a struct those of each member, down to ``deepest`` levels."""
    if not _is_apart(array.type, deepest):
        yield _values(array)
        return
    absent = [index for index in range(len(array)) if not array[index].is_valid] if array.null_count else []
    for index, _ in enumerate(array.type.fields):
        for values in columns(struct_field(array, index), deepest - 1):
            for gone in absent:  # a member that must be there says something even where its struct is not
                values[gone] = None
            yield values


def _is_apart(kind: DataType, deepest: int) -> bool:
    return deepest > 1 and DataType.is_struct(kind)


def _values(array: Array) -> list[Any]:
    kind = array.type
    if DataType.is_timestamp(kind) and kind.tz is not None and kind.time_unit is not None:
        return _written(array.cast(DataType.timestamp(kind.time_unit, tz="UTC")))
    if DataType.is_timestamp(kind) or DataType.is_time(kind) or DataType.is_interval(kind):
        return _written(array)
    if DataType.is_date(kind):
        return _written(array.cast(DataType.date32()))
    if DataType.is_float32(kind) or DataType.is_float16(kind):
        # As short as it was written: 0.1, not 0.10000000149011612.
        exact = _EXACT_16 if DataType.is_float16(kind) else _EXACT_32
        numbers = _listed(array.cast(_TEXT).cast(DataType.float64()))
        return [Approximate(one) if one is not None and abs(one) >= exact else one for one in numbers]
    if DataType.is_fixed_size_binary(kind):
        return [value if value is None else _digits(value) for value in _listed(array)]
    return _listed(array)


def _written(array: Array) -> list[Any]:
    """Write moments in ISO 8601, all their digits, and intervals; a moment that no calendar has is its number."""
    try:
        return _listed(array.cast(_TEXT))
    except Exception:  # noqa: BLE001 - the library has no other
        if len(array) == 1:
            return _listed(array.cast(DataType.int64()))
    half = len(array) // 2
    return _written(array.slice(0, half)) + _written(array.slice(half))


def _listed(array: Array) -> list[Any]:
    return cast("list[Any]", array.to_pylist())


def _digits(value: bytes) -> str:
    """Write bytes of a fixed number: an id of 16, a hash of any other."""
    return str(uuid.UUID(bytes=value)) if len(value) == _UUID_BYTES else value.hex()
