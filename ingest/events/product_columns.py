"""Several products of a row, each of whose columns has a cell with all of them: ``sku1;sku2`` beside ``4.95;9.56``.

The ids say how many there are. A column that says another number of things is left out as a whole: nothing shows which
product each of them belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ingest.events.filling import Column
from ingest.values.convert import BadValue, Cell, Convert
from ingest.values.fields import Field
from omnicapi.messages import Content

_PATH = "custom_data.contents"


class ProductColumns:
    """The columns of products whose cells hold several; ``defaults`` is what holds of each product besides."""

    def __init__(self) -> None:
        self.defaults: dict[str, Any] = {}
        self.columns: list[tuple[Column, Convert]] = []

    def add(self, column: Column, convert: Convert) -> None:
        """Take a column; ``convert`` reads what its cells say of one product."""
        self.columns.append((column, convert))

    def made(self, cells: Sequence[Cell], warnings: list[str]) -> list[Content]:
        """Return the products of a row; ``warnings`` names all that is left out of them."""
        said = [(column.field, convert, parts(cells[column.index], column.between)) for column, convert in self.columns]
        count = max((len(_trimmed(texts)) for of, _, texts in said if of.attribute == "id"), default=0)
        aligned = list(_aligned(said, count, warnings))
        return [self._product(index, aligned, warnings) for index in range(count)]

    def _product(
        self, index: int, aligned: Sequence[tuple[Field, Convert, Sequence[str]]], warnings: list[str]
    ) -> Content:
        product = self.defaults.copy()
        for of, convert, texts in aligned:
            try:
                value = convert(texts[index]) if texts[index] else None
            except BadValue as error:
                warnings.append(f"{_PATH}[{index}].{of.attribute}:{error.reason}")
                continue
            if value is not None:
                product[of.attribute] = value
        return Content(**product)


def parts(cell: Cell, between: str) -> list[str]:
    """Return what a cell says of each product."""
    return [part.strip() for part in cell.split(between)] if isinstance(cell, str) else []


def _trimmed(texts: list[str]) -> list[str]:
    """Return what is said without the empty end that a separator leaves behind the last product."""
    count = max((number for number, text in enumerate(texts, start=1) if text), default=0)
    return texts[:count]


def _aligned(
    said: Sequence[tuple[Field, Convert, list[str]]], count: int, warnings: list[str]
) -> Iterator[tuple[Field, Convert, list[str]]]:
    """Yield the columns that say something of each product, and warn of those that say it of another number."""
    for of, convert, texts in said:
        fitting = next((some for some in (texts, _trimmed(texts)) if len(some) == count), None)
        if fitting is not None:
            yield of, convert, fitting
        elif _trimmed(texts):
            warnings.append(f"{_PATH}.{of.attribute}:other_count")
