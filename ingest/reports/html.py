"""``report.html``: the report for people, one file that needs nothing besides itself."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import jinja2

from ingest.reports.report import Report

TEMPLATE = Path(__file__).with_name("report.html")


def as_html(made: Report) -> bytes:
    """Write the report for people."""
    reached = sum(made.verdicts.get(verdict, 0) for verdict in ("sent", "ready"))
    return _template().render(report=made, reached=reached).encode()


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {"number": _number, "share": _share, "moment": _moment}
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8"))


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _moment(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
