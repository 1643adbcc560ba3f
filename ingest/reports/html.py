"""``report.html``: the report for people, one file that needs nothing besides itself."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path

import jinja2

from ingest.reports.report import Report, as_json
from omnicapi.logs import fields

log = logging.getLogger(__name__)

TEMPLATE = Path(__file__).with_name("report.html")


def as_html(made: Report) -> bytes:
    """Write the report for people; where that fails at what it holds, as the text that programs read."""
    reached = sum(made.verdicts.get(verdict, 0) for verdict in ("sent", "ready"))
    try:
        return _template().render(report=made, reached=reached).encode()
    except Exception:  # whatever it is, there must be a report
        log.exception("report.html is written in its plain form", extra=fields(stage="ingest", object=made.file))
        return f"{_PLAIN}<pre>{escape(as_json(made).decode())}</pre></html>\n".encode()


_PLAIN = '<!DOCTYPE html>\n<html lang="en"><meta charset="utf-8"><title>Report</title>'


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
    try:
        return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError):
        return "–"  # no calendar has it
