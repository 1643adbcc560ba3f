"""The page and the rule table cannot drift apart."""

import re
from pathlib import Path

import msgspec
import pytest

from local.meta.faults.kinds import Kind, When
from local.meta.page import PAGE, with_rules
from local.meta.settings import Settings

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_page_holds_the_rule_table_as_it_is() -> None:
    assert with_rules(TEXT) == TEXT, "write it anew: python -m local.meta.page"


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        with_rules("no marks")


def test_the_page_names_every_setting_fault_and_its_fields() -> None:
    for field in Settings.__struct_fields__:
        assert f"| `{field}` |" in TEXT
    for kind in Kind.__args__:
        row = re.search(rf"\| `{kind.__name__}\((.*?)\)` \|", TEXT)
        assert row, kind
        assert set(filter(None, row[1].split(", "))) == set(kind.__struct_fields__)
    assert all(f"{field}=" in TEXT for field in When.__struct_fields__)


def test_the_command_on_the_page_starts_what_is_there() -> None:
    assert 'gunicorn --config python:local.meta.serve "local.meta.app:create_app()"' in TEXT
    assert Path(PAGE.parents[1] / "local" / "meta" / "serve.py").exists()


def test_the_defaults_on_the_page_are_the_defaults() -> None:
    defaults = msgspec.to_builtins(Settings())
    rows = dict(re.findall(r"^\| `(\w+)` \| `(.*?)` \|", TEXT, flags=re.MULTILINE))
    for field, value in defaults.items():
        shown = rows[field]
        assert (msgspec.json.encode(value).decode() if not isinstance(value, str) else value or '""') == shown
