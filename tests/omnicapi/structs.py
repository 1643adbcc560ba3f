"""Strategies for the messages: any value that JSON can carry, in any field."""

from __future__ import annotations

from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec
from hypothesis import strategies as st

S = TypeVar("S", bound=msgspec.Struct)

INTEGERS = st.integers(-(2**63), 2**63 - 1)
SCALARS = st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)
_LEAF: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=9),
    int: INTEGERS,
    bool: st.booleans(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    NoneType: st.none(),
    Any: JSON,
}


def structs(type_: type[S]) -> st.SearchStrategy[S]:
    """Return instances of a struct, each field absent or of its declared type."""
    required = {field.name: _of(field.type) for field in msgspec.structs.fields(type_) if field.required}
    optional = {field.name: _of(field.type) for field in msgspec.structs.fields(type_) if not field.required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda values: type_(**values))


def _of(type_: Any) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(type_), get_args(type_)
    if type_ in _LEAF:
        return _LEAF[type_]
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in {Union, UnionType}:
        return st.one_of(*map(_of, arguments))
    if origin in {list, tuple}:
        return st.lists(_of(arguments[0]), max_size=3).map(origin)
    if origin is dict:
        return st.dictionaries(_of(arguments[0]), _of(arguments[1]), max_size=3)
    return structs(type_)
