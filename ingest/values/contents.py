"""The products of an event, as a source lists them, become :class:`~omnicapi.messages.Content` (meta-capi.md §4.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from ingest.values.amounts import Written
from ingest.values.convert import BadValue, Cell, Convert, Numeral, PartlyRead, Rounded, as_cell, text
from ingest.values.fields import CONTENT, find_in
from ingest.values.lists import flattened, listed
from ingest.values.numbers import message_reader
from omnicapi.messages import Content
from omnicapi.values.currency_signs import written
from omnicapi.values.exponents import digits_of
from omnicapi.values.placeholders import is_no_id

MOST_FAULTS = 10
"""Faults of one list that are named; of the others their number is."""

LOST = "digits_lost"
_LOST_HINT = "the last digits of a number as long as this are gone; write the id as a text."
_HINT = 'write a JSON list of products: [{"id": "sku1", "quantity": 1}].'
_TEXTS = ("id", "delivery_category", "title", "description", "brand", "category")
_PRICE, _QUANTITY = message_reader(None), message_reader(None, money=False)
_decode = msgspec.json.Decoder(list[Any] | dict[str, Any] | str, float_hook=Decimal).decode
_NOT_JSON = (msgspec.DecodeError, ArithmeticError, RecursionError)

_BETWEEN = re.compile(r"[,;|\n]")
"""What stands between ids in a text."""

_PLAIN_ID = re.compile(r"(?!\d\.\d+E)[\w.:/-]+", re.IGNORECASE)
_ZERO_FRACTION = re.compile(r"([0-9]+)\.0+")
_QUOTES = ("'", '"')
_BRACKETS = {"{}", "()"}
"""What stands around a list of several ids, beside the brackets of JSON; ``{3F25…}`` alone is an id."""

_is_serialised = re.compile(r"[aO]:\d+:[{\"]").match
"""Tells a list as PHP stores it, ``a:1:{…}``, which is not read."""


def _id(cell: Cell) -> str:
    """Return an id as its catalogue has it: a number without the fraction that a program gave it."""
    if isinstance(cell, Rounded):
        raise BadValue(LOST, _LOST_HINT)
    return _whole(cell) if isinstance(cell, Numeral) else text(cell)


def _json_id(cell: Cell) -> str:
    """Return an id of JSON, where a text with ``.0`` or an exponent was a number, too."""
    return _whole(_written_out(cell)) if type(cell) is str else _id(cell)


def _written_out(id_: str) -> str:
    """Return an id with the digits that it had before a program gave it an exponent."""
    digits = digits_of(id_)
    if digits == "":
        raise BadValue(LOST, _LOST_HINT)
    return digits or id_


def _whole(number: str) -> str:
    found = _ZERO_FRACTION.fullmatch(number) if number[-1:] == "0" else None
    return found[1] if found else str(number)


def contents(cell: Cell) -> list[Content]:
    """Read a list of products: objects with Meta's keys, or bare ids; a JSON list in a text will do.

    Keys Meta does not name are kept as ``properties``; usual other names (``price``, ``item_id``) count where Meta's
    own is absent. What of a product cannot be read is left out of it: raises
    :class:`~ingest.values.convert.PartlyRead` then.
    """
    return products(_opened(cell), id_=_json_id)


def products(
    elements: list[Any], price: Convert = _PRICE, quantity: Convert = _QUANTITY, id_: Convert = _id
) -> list[Content]:
    """Read each product; ``price`` and ``quantity`` read its numbers, ``id_`` its id; ``None`` cannot be read at all.

    Raises :class:`~ingest.values.convert.PartlyRead` as :func:`contents` does.
    """
    faults: list[str] = []
    readers = {"id": id_, **_TEXT_READERS, "quantity": quantity, "item_price": price}
    found = [_content(product, readers, f"[{index}]", faults) for index, product in enumerate(elements)]
    made = [product for product in found if product is not None]
    if faults:
        more = [f":{len(faults) - MOST_FAULTS}_more_unreadable"] if len(faults) > MOST_FAULTS else []
        raise PartlyRead("contents_unreadable", _HINT, made, [*faults[:MOST_FAULTS], *more])
    return made


def ids(cell: Cell) -> list[str]:
    """Read a list of product ids: texts or numbers, products with an id, or all of these in one text.

    Without a list's brackets, ids in a text stand between commas, semicolons or bars.
    """
    if type(cell) is list and all(map(_is_plain, cell)):
        return cell
    elements = flattened(_json(cell) if isinstance(cell, str) and cell[:1] in {"[", "{", '"'} else cell)
    found: list[str] = []
    is_lost = False
    for id_ in (id_ for element in elements for id_ in _ids(element)):
        try:
            found.append(_id(id_) if isinstance(id_, Numeral) else _written_out(id_))
        except BadValue:
            is_lost = True
    if is_lost:
        raise PartlyRead(LOST, _LOST_HINT, found, [f":{LOST}"])
    hint = "this field takes ids of products: texts or numbers, or a list of them."
    if not found and elements:
        raise BadValue("text_unreadable", hint)
    if any(isinstance(element, dict | list) and not _ids(element) for element in elements):
        raise PartlyRead("text_unreadable", hint, found, [":text_unreadable"])
    return found


def _is_plain(id_: Any) -> bool:
    return type(id_) is str and _PLAIN_ID.fullmatch(id_) is not None


def _json(text_: str) -> Any:
    try:
        return _decode(text_)
    except _NOT_JSON:
        return text_


def _ids(element: Any) -> list[str]:
    """Return the ids of one element of a list as they stand there; none where it says none."""
    if isinstance(element, dict):
        element = _known(element).get("id")
    if isinstance(element, str) and not isinstance(element, Numeral):
        return _split(element)
    id_ = "" if isinstance(element, list | dict) else as_cell(element)
    return [id_] if id_ else []


def _split(text_: str) -> list[str]:
    """Return the ids of a text, without the brackets and quotation marks of a list that is no JSON any more."""
    if _is_serialised(text_):
        return []
    if digits_of(text_) is not None:
        return [text_]  # 5,51E+12 is one
    parts = [part.strip() for part in _BETWEEN.split(text_)]
    around = parts[0][:1] + parts[-1][-1:]
    if (around == "[]" or (around in _BRACKETS and len(parts) > 1)) and not is_no_id(parts[0]):
        parts[0], parts[-1] = parts[0][1:], parts[-1][:-1]
    return [id_ for part in parts if (id_ := part[1:-1] if part[:1] in _QUOTES and part[:1] == part[-1:] else part)]


_TEXT_READERS: dict[str, Convert] = dict.fromkeys(_TEXTS[1:], text)


def _opened(cell: Cell) -> list[Any]:
    """Return the products of a cell: a list's, one alone, or those of an object by id."""
    if isinstance(cell, list) and all(type(product) is dict and "id" in product for product in cell):
        return cell
    if isinstance(cell, str):
        cell = _json_products(cell)
    if isinstance(cell, dict) and listed(cell) is None:
        by_id = all(isinstance(product, dict | list) for product in cell.values())
        cell = list(cell.values()) if cell and by_id else [cell]
    return [product for product in flattened(cell) if product not in (None, "", {}, [])]


def _json_products(text_: str) -> Any:
    """Read JSON in a text, which may itself be a text of JSON."""
    try:
        found = _decode(str(text_))  # a Numeral is a text that the decoder does not take
        found = _decode(found) if isinstance(found, str) else found
    except _NOT_JSON:
        found = None
    if not isinstance(found, list | dict):
        raise BadValue("contents_unreadable", _HINT)
    return found


def _content(product: Any, readers: Mapping[str, Convert], place: str, faults: list[str]) -> Content | None:
    if product is None:
        faults.append(f"{place}:contents_unreadable")
        return None
    rest = _known(product) if isinstance(product, dict) else {"id": product}
    said: dict[str, Any] = {}
    for key, read in readers.items():
        if key not in rest or not (cell := as_cell(rest.pop(key))):
            continue
        try:
            said[key] = read(cell)
        except BadValue as error:
            faults.append(f"{place}.{key}:{error.reason}")
    if rest and "item_price" in said and isinstance(currency := rest.get("currency"), str):
        said["item_price"] = _priced(said["item_price"], currency)
    return Content(**said, properties=rest)


def _known(product: Mapping[str, Any]) -> dict[str, Any]:
    """Return a product with Meta's keys where it calls them otherwise; of two names Meta's own counts."""
    made = dict(product)
    if product.keys() <= _OWN:
        return made
    for key in product:
        field = _ALIASES.get(key.lower()) or (_field(key) if key not in _OWN and len(key) <= _LONGEST else None)
        if field and field not in made:
            made[field] = made.pop(key)
    return made


@lru_cache(maxsize=256)
def _field(key: str) -> str | None:
    of = find_in(CONTENT, key)
    return of.attribute if of else None


_LONGEST = 40
"""Characters of the longest name that a key may stand for."""

_OWN = frozenset({*_TEXTS, "quantity", "item_price"})
_ALIASES = {"price": "item_price", "qty": "quantity"}
"""Names that are no other field's elsewhere, but a product's: Meta's offline guide calls it ``price``."""


def _priced(price: Decimal, currency: str) -> Decimal:
    """Return a price that names the currency which its product states."""
    if isinstance(price, Written) and price.sign:
        return price
    return Written(price, currency) if written(currency) else price
