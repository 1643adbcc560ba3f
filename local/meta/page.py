"""Writes the rule table into `docs/local-meta.md`: `python -m local.meta.page`. A test holds the two together."""

from pathlib import Path

from local.meta.control_api import RuleLine, rule_lines

PAGE = Path(__file__).parents[2] / "docs" / "local-meta.md"
BEGIN, END = "<!-- rules: written by local.meta.page -->\n", "<!-- end of rules -->\n"


def rules_table() -> str:
    """Give the table of all rules in Markdown."""
    head = "| rule | subcode | what is demanded | source | the reading taken |\n|---|---|---|---|---|\n"
    return head + "".join(map(_row, rule_lines()))


def with_rules(page: str) -> str:
    """Replace what stands between the two marks of a page; ValueError when a mark is missing."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{rules_table()}{END}{after}"


def _row(rule: RuleLine) -> str:
    return f"| `{rule.id}` | {rule.subcode or '–'} | {rule.says} | {rule.source} | {rule.note} |\n"


if __name__ == "__main__":
    PAGE.write_text(with_rules(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
