"""The index of decisions lists each of them, with its own title and status."""

from __future__ import annotations

import re
from pathlib import Path

DECISIONS = Path(__file__).parents[2] / "docs" / "adr"
PAGES = sorted(page for page in DECISIONS.glob("*.md") if page.name != "README.md")
INDEX = (DECISIONS / "README.md").read_text(encoding="utf-8")


def test_the_index_lists_every_decision_in_order() -> None:
    rows = []
    for page in PAGES:
        heading, _, dated = page.read_text(encoding="utf-8").splitlines()[:3]
        number, title = heading.removeprefix("# ").split(". ", maxsplit=1)
        rows.append(f"| {int(page.name[:4])} | [{title}]({page.name}) | {dated.partition(' · ')[2]} |")
        assert int(number) == int(page.name[:4])
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", dated.partition(" · ")[0])
    assert re.findall(r"^\| \d.*", INDEX, re.MULTILINE) == rows


def test_a_replaced_decision_and_the_one_that_replaced_it_name_each_other() -> None:
    status = {page.name: page.read_text(encoding="utf-8").splitlines()[2] for page in PAGES}
    replaced = {
        (name, by) for name, said in status.items() for by in re.findall(r"replaced by \[\d+\]\(([^)]+)\)", said)
    }
    replacing = {(of, name) for name, said in status.items() for of in re.findall(r"replaces \[\d+\]\(([^)]+)\)", said)}
    assert replaced == replacing != set()
