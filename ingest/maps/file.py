"""A map as it is written in ``maps/<channel>.json`` (docs/maps.md): its entries, their types and their descriptions.

The descriptions are what an editor shows; :mod:`ingest.maps.schema` makes the JSON Schema of them.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ingest.values.places import Place

Scalar = str | int | float | bool
Decimals = Literal[".", ","]
Part = Literal["id", "quantity", "item_price", "title", "brand", "category", "delivery_category", "description"]


class Products(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, frozen=True):
    """How several products stand in one cell: ``sku1:2:10.00|sku2:1:5.50``."""

    parts: Annotated[
        tuple[Part, ...], Meta(min_length=1, description="What each product says, in this order; later parts may lack.")
    ] = ("id", "quantity", "item_price")
    between_products: Annotated[str, Meta(min_length=1, description="Stands between two products.")] = "|"
    between_parts: Annotated[str, Meta(min_length=1, description="Stands between two parts of a product.")] = ":"
    names: Annotated[
        dict[str, Part],
        Meta(description="Where each part bears a name, which says what; of several for one the first counts."),
    ] = {}
    after_name: Annotated[str, Meta(min_length=1, description="Stands between a part's name and what it says.")] = ":"


class ColumnEntry(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A column about which there is more to say than where it stands."""

    column: Annotated[Place, Meta(description="Where it stands: number, letter (F:F), header cell or key.")] | None = (
        None
    )
    join: Annotated[
        list[Place], Meta(min_length=2, description="Several columns read as one, such as a date and a time.")
    ] = []
    values: Annotated[
        dict[str, Scalar | None],
        Meta(description='What stands in the cell to what it means; null: nothing; "*": whatever is not listed.'),
    ] = {}
    date_format: Annotated[str, Meta(description="How times or birth dates are written: %d/%m/%Y %H:%M.")] | None = None
    time_zone: Annotated[str, Meta(description="Zone of times that name none: America/Sao_Paulo.")] | None = None
    decimal: Annotated[Decimals, Meta(description="The decimal separator of this column's numbers.")] | None = None
    word: (
        Annotated[
            Literal["first", "rest"],
            Meta(description="Of a full name the first or the last name; of another cell the first word, or the rest."),
        ]
        | None
    ) = None
    between: (
        Annotated[
            str,
            Meta(min_length=1, description="Stands between several products of the cell."),
        ]
        | None
    ) = None
    products: Annotated[Products | None, Meta(description="How products stand in the cell, for CONTENTS.")] = None


Entry = Place | ColumnEntry
Columns = Entry | list[Entry] | None


class Condition(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a row must say to be read. Case, accents and spaces do not count."""

    column: Annotated[Place, Meta(description="The column that is looked at.")]
    is_: Annotated[str | list[str], Meta(description="One of these.")] = msgspec.field(default_factory=list, name="is")
    is_not: Annotated[str | list[str], Meta(description="None of these.")] = []
    empty: Annotated[bool, Meta(description="true: the cell is empty; false: it is not.")] | None = None
    above_zero: Annotated[bool, Meta(description="The amount in the cell, if any, is above zero.")] = False
    optional: Annotated[bool, Meta(description="The column need not be in the file; then nothing is asked of it.")] = (
        False
    )


class PropertyEntry(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A column that goes to ``custom_data`` under a name of your own."""

    column: Annotated[Place, Meta(description="Where it stands.")]
    type: Annotated[Literal["text", "number", "boolean"], Meta(description="What it holds.")] = "text"


class OrdersEntry(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Several rows with the same ORDER_ID are one order and become one event."""

    total: Annotated[
        Literal["order", "row"] | None,
        Meta(description="What VALUE says in each row: the whole order's total, or the row's own. Else found out."),
    ] = None
    extras: Annotated[
        list[Place], Meta(description="Columns that an order's total has besides its products: shipping, taxes.")
    ] = []
    discounts: Annotated[list[Place], Meta(description="Columns that an order's total has less.")] = []
    refunds: Annotated[
        list[Place], Meta(description="Columns of what was paid back of an order; its value is what is left.")
    ] = []
    optional: Annotated[
        list[Place], Meta(description="Those of extras, discounts and refunds that need not be in the file.")
    ] = []
    above_zero: Annotated[bool, Meta(description="An order whose value is not above zero is left out.")] = False
    difference: Annotated[
        Literal["warn", "refuse"], Meta(description="What happens to an order whose total does not add up.")
    ] = "warn"
    within: Annotated[
        int, Meta(ge=1, le=10_000, description="Rows, from an order's first on, among which its others stand.")
    ] = 1000


class MapFile(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The grown form of a map, as written. ``columns`` or ``preset`` must be there; all else may be left out."""

    columns: Annotated[
        dict[str, Columns],
        Meta(description="Field name to column, to several columns, or to null to leave out what the preset has."),
    ] = {}
    preset: Annotated[str, Meta(description="A common export whose map this one starts from.")] | None = None
    channel: Annotated[str, Meta(description="The channel; the file's name says it already.")] | None = None
    defaults: Annotated[
        dict[str, Scalar | None],
        Meta(description="Field name to the value of every event whose own cell is empty or missing."),
    ] = {}
    optional: Annotated[list[str], Meta(description="Fields whose columns need not be in the file.")] = []
    properties: Annotated[
        dict[str, Place | PropertyEntry], Meta(description="Names of your own in custom_data, to their columns.")
    ] = {}
    consent: Annotated[
        dict[str, Place | ColumnEntry], Meta(description="Consent signals by name (docs/consent.md) to their columns.")
    ] = {}
    only: Annotated[list[Condition], Meta(description="Only rows that meet all of these are read.")] = []
    orders: Annotated[OrdersEntry | None, Meta(description="Makes one event of the rows of an order; {} will do.")] = (
        None
    )
    sheet: Annotated[str, Meta(description="Name of the sheet; else the first visible one.")] | None = None
    header_rows: Annotated[int, Meta(ge=0, le=1000, description="Rows before the first row of data.")] | None = None
    delimiter: (
        Annotated[str, Meta(min_length=1, max_length=1, description="Between two cells of a CSV file.")] | None
    ) = None
    encoding: Annotated[str, Meta(description="Character encoding of CSV files, such as cp1250.")] | None = None
    decimal: Annotated[Decimals, Meta(description="The decimal separator of numbers.")] | None = None
    time_zone: Annotated[str, Meta(description="Zone of times that name none: America/Sao_Paulo.")] | None = None
    date_format: Annotated[str, Meta(description="How birth dates are written: %d/%m/%Y.")] | None = None
