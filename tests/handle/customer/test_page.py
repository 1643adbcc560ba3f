"""The pages on normalising say what the code does: their examples are run, their tables are complete."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from handle.customer.fields import FIELDS
from handle.customer.normaliser import normalise
from handle.customer.options import DEFAULT, CustomerOptions
from handle.customer.reasons import Reason

ROOT = Path(__file__).parents[3]
PAGES = [
    (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("normalisation.md", "normalisation-reference.md")
]
PAGE = "\n".join(PAGES)
NOW = 1_795_435_200.0


class Example(NamedTuple):
    field: str
    value: str
    settings: dict[str, str]
    sent: str | None
    reason: str | None


def rows(header: str) -> Iterator[list[str]]:
    """The cells of every table of both pages under this header, without their code marks."""
    for table in re.findall(rf"^\| {re.escape(header)} \|\n\|[ |-]+\|\n((?:\|.*\|\n)+)", PAGE, re.MULTILINE):
        for line in table.splitlines():
            yield [cell.strip() for cell in line.strip("|").split(" |")]


def code(cell: str) -> str:
    return cell.strip("`")


def example(cells: list[str]) -> Example:
    field, value, settings, sent, reason = cells
    pairs = (pair.partition("=") for pair in code(settings).split(", ") if pair)
    return Example(
        field=code(field),
        value=code(value).replace("␠", " "),
        settings={name: text for name, _, text in pairs},
        sent=None if sent == "refused" else code(sent),
        reason=code(reason) or None,
    )


EXAMPLES = [example(cells) for cells in rows("field | value | with | sent | reason")]


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: f"{one.field} {one.value}")
def test_an_example_of_the_pages_is_true(one: Example) -> None:
    options = msgspec.convert(one.settings, CustomerOptions, strict=False)
    result = normalise(one.field, one.value, options, NOW)

    assert (result.plain or result.value, result.reason) == (one.sent, one.reason)


def test_the_pages_have_examples_of_every_rule_and_nearly_every_reason() -> None:
    rules = {FIELDS[one.field].steps for one in EXAMPLES}

    assert len(EXAMPLES) > 120
    assert rules == {rule.steps for rule in FIELDS.values()}
    assert {reason.value for reason in Reason} - {one.reason for one in EXAMPLES} == {
        "empty",
        "too_long",
        "other_hash",
        "hashed",
    }


def test_every_setting_is_on_a_page_with_its_default() -> None:
    listed = {code(name): code(default) for name, default, _ in rows("setting | default | choose another when")}
    defaults = {name: getattr(DEFAULT, name) for name in CustomerOptions.__struct_fields__}

    assert listed == {
        name: "none" if value is None else value if isinstance(value, str) else json.dumps(value)
        for name, value in defaults.items()
    }


def test_every_reason_is_on_a_page_as_the_code_says_it() -> None:
    listed = [(name, meaning, remedy) for name, meaning, remedy in rows("reason | what it means | what to do")]

    assert listed == [
        (f"`{reason.value}`" + " *mended*" * reason.mended, reason.meaning, reason.remedy) for reason in Reason
    ]


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((adr/[^)]+)\)", PAGE))))
def test_the_decisions_that_the_pages_name_are_there(link: str) -> None:
    assert (ROOT / "docs" / link).is_file()
