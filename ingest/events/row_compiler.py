"""The making of one struct as straight-line code, written once for all rows that have the same columns.

Which cell fills which field, and how it is read, is the same in every row of a file. Asking it again of each cell takes
longer than the answer, so the expression that makes the struct is written out and compiled, as ``dataclasses`` does for
``__init__``. Only names of our own structs' fields and positions of cells stand in it, nothing of a file or a map.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from ingest.values.convert import Cell, Convert, text, texts

Make = Callable[[Sequence[Cell]], Any]
"""Takes a row's cells and returns a struct; raises :class:`~ingest.values.convert.BadValue`, but names no cell."""

_BY_KIND: dict[Convert, str] = {
    text: "(cell if type(cell) is str else text(cell))",
    texts: '([cell] if type(cell) is str and "|" not in cell else texts(cell))',
}
"""Most cells are texts that stay as they are: a call for each would take longer than the rest."""


def maker(
    struct: type[msgspec.Struct], columns: Mapping[str, tuple[int, Convert]], defaults: Mapping[str, Any]
) -> Make:
    """Return the function that makes ``struct`` of a row.

    ``columns`` says by field where its cell stands and how it is read, ``defaults`` what holds where it says nothing,
    before the struct's own default.
    """
    names: dict[str, Any] = {"struct": struct, "text": text, "texts": texts}
    arguments = []
    for member in msgspec.structs.fields(struct):
        name = member.name
        if name not in columns and name not in defaults:
            continue
        default = _empty(member)
        if default is None or name in defaults:
            default = f"default_{name}"
            names[default] = defaults.get(name, member.default)
        argument = default
        if name in columns:
            index, convert = columns[name]
            names[f"read_{name}"] = convert
            value = _BY_KIND.get(convert) or f"({default} if (value := read_{name}(cell)) is None else value)"
            argument = f"{value} if (cell := cells[{index}]) else {default}"
        arguments.append(f"{name}={argument}")
    made: Make = eval(f"lambda cells: struct({', '.join(arguments)})", names)  # noqa: S307 - our own names only
    return made


def _empty(member: msgspec.structs.FieldInfo) -> str | None:
    """Return the code of a field's own default where it is ``None`` or a list or object, made anew for each row."""
    if member.default_factory is not msgspec.NODEFAULT:
        return repr(member.default_factory())
    return "None" if member.required or member.default is None else None
