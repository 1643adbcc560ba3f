import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ingest.events.filling import Column
from ingest.events.header import Header
from ingest.events.plan import Plan
from ingest.events.row_compiler import maker
from ingest.values.convert import Cell, Convert, Numeral, text
from ingest.values.fields import FIELDS, Field, Kind
from omnicapi.errors import Refused
from omnicapi.messages import Origin
from omnicapi.publishing.publisher import encode
from tests.examples import examples

SAID: dict[Kind, list[Cell]] = {
    Kind.TEXT: ["a", "João"],
    Kind.LIST: ["a", "a|b", "|"],
    Kind.CANDIDATES: ["192.0.2.1", "192.0.2.1|192.0.2.2"],
    Kind.NUMBER: ["0", "220.10"],
    Kind.INTEGER: ["3"],
    Kind.TIME: ["1719852447", "2024-07-01T10:00:00Z"],
    Kind.BOOLEAN: ["true", "no"],
    Kind.SIGNAL: ["granted", "no"],
    Kind.CONTENTS: ['[{"id": "a", "quantity": 2}]'],
    Kind.OBJECT: [{"a": 1}],
    Kind.OPTIONS: ["LDU", "[]"],
    Kind.COUNTRY_CODE: ["US", "0"],
    Kind.STATE_CODE: ["CA", "1000"],
}
ANYTHING = st.sampled_from(["", "x", "1,5", "a|b", Numeral("1.50"), Numeral("7"), ["a"], ["a", "b"], [[]], {"a": {}}])
PRODUCTS = [field for field in FIELDS if field.group == "contents[0]"]


def cell_of(field: Field) -> st.SearchStrategy[Cell]:
    usual = st.sampled_from([*SAID[field.kind], *SAID[field.kind], ""])
    return st.integers(0, 9).flatmap(lambda dice: usual if dice else ANYTHING)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Header, list[list[Cell]]]:
    """Draw the header of a table and some of its rows: any fields, in any order, some twice, joined, or silent."""
    required = [field for field in FIELDS if field.path in {"event_name", "event_time", "action_source"}]
    fields = draw(st.permutations([*required, *draw(st.lists(st.sampled_from(FIELDS), max_size=8))]))
    columns = [Column(index, field, "A") for index, field in enumerate(fields)]
    for number in range(1, draw(st.integers(0, 2)) + 1):
        columns.append(Column(len(columns), draw(st.sampled_from(PRODUCTS)), "A", product=number))
    if draw(st.booleans()):
        columns.append(Column(0, draw(st.sampled_from(FIELDS)), "A", joined=(0, 1)))
        columns.append(Column(len(columns), draw(st.sampled_from(FIELDS)), "A", convert=lambda _: None))
    defaults = {field: SAID[field.kind][0] for field in draw(st.lists(st.sampled_from(FIELDS), max_size=3))}
    cells = st.tuples(*(cell_of(column.field) for column in columns))
    rows = draw(st.lists(cells, min_size=1, max_size=3))
    return Header(columns, defaults), [list(row) for row in rows]


def came(plan: Plan, row: list[Cell], whole: bool) -> object:
    try:
        return encode(plan.event(row, "store", Origin(row=7), 5, whole=whole))
    except Refused as refused:
        return refused.reason, refused.field, str(refused)


@examples(200)
@given(tables(), st.booleans())
def test_many_rows_become_what_each_alone_does(table: tuple[Header, list[list[Cell]]], whole: bool) -> None:
    header, rows = table
    step_by_step, straight = Plan(header), Plan(header, many=True)
    for row in rows:
        assert came(straight, row, whole) == came(step_by_step, row, whole)


class Defaulted(msgspec.Struct):
    number: int = 1
    text: str = ""
    flag: bool = False
    nothing: str | None = None
    listed: list[str] = []


def unread(_: Cell) -> None:
    """Read a cell that says nothing."""


def test_a_cell_that_says_nothing_leaves_the_structs_own_default() -> None:
    columns: dict[str, tuple[int, Convert]] = {
        name: (index, unread) for index, name in enumerate(Defaulted.__struct_fields__)
    }
    make = maker(Defaulted, columns, {})
    for row in ([""] * 5, ["x"] * 5):
        assert make(row) == Defaulted()
    assert maker(Defaulted, columns, {"number": 2, "text": "b"})([""] * 5) == Defaulted(2, "b")


def test_a_field_that_the_struct_asks_for_is_none_until_a_cell_says_it() -> None:
    columns: dict[str, tuple[int, Convert]] = {"name": (0, text), "number": (1, unread)}
    struct = msgspec.defstruct("Asking", [("name", str), ("number", int)])
    made = maker(struct, columns, {})(["", "x"])
    assert (made.name, made.number) == (None, None)


def test_rows_share_nothing() -> None:
    columns = [Column(index, field, "A") for index, field in enumerate(FIELDS) if field.kind is Kind.LIST]
    plan = Plan(Header(columns), many=True)
    rows = [[""] * plan.width, ["a"] * plan.width]
    first, second, third = (plan.event(row, "store", Origin(), 0, whole=False) for row in (*rows, rows[0]))
    first.user_data.em.append("b")
    assert (second.user_data.em, third.user_data.em) == (["a"], [])
