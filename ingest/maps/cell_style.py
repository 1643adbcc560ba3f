"""How one column's cells are written, beyond what its field's kind says: value tables, parts of a name, products.

:func:`reader` turns a field and its style into the function that reads the column; it is made once per file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any, Literal

from ingest.maps.file import Products
from ingest.values import dates, day_order, numbers
from ingest.values.contents import contents, products
from ingest.values.convert import BadValue, Cell, Convert, Formats, text
from ingest.values.converters import convert_for
from ingest.values.fields import Field, Kind
from ingest.values.header_names import forgiving
from omnicapi.values.person_names import split

OTHERWISE = "*"
"""Key of a value table that stands for every cell it does not list."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a map says about a column's cells; ``None`` and empty are found out or do not apply."""

    values: Mapping[str, Cell | None] | None = None
    date_format: str | None = None
    time_zone: tzinfo | None = None
    decimal: Literal[".", ","] | None = None
    word: Literal["first", "rest"] | None = None
    products: Products | None = None
    between: str = ""


PLAIN_STYLE = Style()


def reader(of: Field, style: Style, formats: Formats, sample: Sequence[str] | None = None) -> Convert:
    """Return the function that reads a column; it returns ``None`` for a cell that says nothing.

    ``sample`` are cells of the column out of a file: they show what the map does not say. Without them (messages)
    texts are read strictly, as :func:`~ingest.values.converters.convert_for` does.
    """
    read = _by_kind(of, style, formats, sample)
    if style.values:
        return _from_table(style.values, read)
    if style.word is not None:
        part = _part_of_name if of.path in _NAMES else _word
        first = style.word == "first"
        return lambda cell: read(named) if (named := part(text(cell), first)) else None
    return read


_NAMES = {"user_data.fn", "user_data.ln"}


def _by_kind(of: Field, style: Style, formats: Formats, sample: Sequence[str] | None) -> Convert:
    decimal = style.decimal or formats.decimal
    if of.kind is Kind.TIME and (sample is not None or style.date_format):
        zone = style.time_zone or formats.time_zone
        return dates.reader(day_order.order_shown(sample or ()), style.date_format, zone)
    if of.kind is Kind.NUMBER and sample is not None:
        return numbers.reader(decimal or numbers.separator_of(sample), money=of.is_money)
    if of.kind is Kind.CONTENTS and style.products is not None:
        return _products(style.products, numbers.reader(decimal), numbers.reader(decimal, money=False))
    return convert_for(of, replace(formats, decimal=decimal, time_zone=style.time_zone or formats.time_zone))


def _from_table(table: Mapping[str, Cell | None], read: Convert) -> Convert:
    meanings = {forgiving(word): None if cell is None else read(cell) for word, cell in table.items()}
    otherwise = OTHERWISE in table
    other = meanings[forgiving(OTHERWISE)] if otherwise else None

    def look_up(cell: Cell) -> Any:
        word = forgiving(text(cell))
        if word in meanings:
            return meanings[word]
        if otherwise:
            return other
        raise BadValue(
            "value_not_listed", 'the map\'s "values" do not list what stands here; add it there, or "*" for all others.'
        )

    return look_up


def _word(cell: str, first: bool) -> str:
    head, _, rest = cell.partition(" ")
    return head if first else rest.strip()


def _part_of_name(name: str, first: bool) -> str:
    found = split(name)
    if found is None:
        raise BadValue(
            "name_not_split",
            "nothing says for certain which word is the first name; write first and last name in columns of their own.",
        )
    return found[0] if first else found[1]


def _products(how: Products, price: Convert, quantity: Convert) -> Convert:
    def read(cell: Cell) -> Any:
        if not isinstance(cell, str) or cell.startswith(("[", "{")):
            return contents(cell)
        found = [_product(one.strip(), how) for one in cell.split(how.between_products) if one.strip()]
        return products(found, price, quantity)

    return read


def _product(one: str, how: Products) -> dict[str, Any] | None:
    """Return what a product says with Meta's keys; ``None`` where it has more parts than the map names."""
    parts = [part.strip() for part in one.split(how.between_parts)]
    if how.names:
        return _by_name(parts, how)
    if len(parts) > len(how.parts):
        return None
    return {name: part for name, part in zip(how.parts, parts, strict=False) if part}


def _by_name(parts: Sequence[str], how: Products) -> dict[str, str]:
    """Return what a product's parts say by Meta's keys, where each part bears a name: ``sku:MUG-1``."""
    named = {
        name.strip(): said.strip() for name, mark, said in (part.partition(how.after_name) for part in parts) if mark
    }
    found: dict[str, str] = {}
    for name, key in how.names.items():
        if said := named.get(name):
            found.setdefault(key, said)
    return found
