"""How the demo shows what happened: tables for people, readable in a pipe as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from cli.demo.accounts import Account
from local.meta.received import Summary
from omnicapi.messages import Outcome

_TRACES = 5


def account_table(accounts: Iterable[Account]) -> Table:
    """Return the table of what became of the events of each channel, with a sum."""
    rows = [*accounts]
    total = Account(
        "all",
        sum(row.read for row in rows),
        sum(row.sent for row in rows),
        sum(row.rejected for row in rows),
        sum(row.dropped for row in rows),
    )
    table = Table("Channel", title="What became of each event", title_justify="left")
    for column in ("read", "sent", "rejected", "dropped"):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(row.channel, *map(str, _numbers(row)), style=None if row.closed else "red")
    table.add_section()
    table.add_row(total.channel, *map(str, _numbers(total)), style="bold")
    return table


def _numbers(account: Account) -> tuple[int, int, int, int]:
    return account.read, account.sent, account.rejected, account.dropped


def reason_table(outcomes: Iterable[Outcome]) -> Table:
    """Return the table of the events that were not sent: where they stand, what is wrong and what to do."""
    table = Table(title="Why some were not sent", title_justify="left")
    for column in ("Channel", "Where", "Stage", "Reason", "What to do"):
        table.add_column(column, overflow="fold")
    for outcome in sorted(outcomes, key=lambda outcome: (outcome.channel, outcome.stage, outcome.origin.text())):
        reason = f"{outcome.reason} ({outcome.field})" if outcome.field else str(outcome.reason)
        cells = (outcome.channel, _place(outcome), outcome.stage, reason, outcome.message or "")
        table.add_row(*map(Text, cells))
    return table


def _place(outcome: Outcome) -> str:
    return outcome.origin.text().removeprefix("incoming/")


def trace_lines(outcomes: Iterable[Outcome]) -> list[str]:
    """Return a few of Meta's trace ids, each with the number of events that its request carried."""
    traces = Counter(outcome.fbtrace_id for outcome in outcomes if outcome.verdict == "sent" and outcome.fbtrace_id)
    return [f"fbtrace_id {trace}: {count} events" for trace, count in traces.most_common(_TRACES)]


def meta_line(summary: Summary) -> str:
    """Return Meta's side of it in one sentence."""
    answers = ", ".join(f"{count} × {status}" for status, count in sorted(summary.answers.items()))
    return f"Meta answered {summary.requests} requests ({answers}) and accepted {summary.distinct_events} events."


def retry_line(redelivered: Sequence[tuple[str, int]]) -> str:
    """Return how many messages Pub/Sub had to deliver again, by subscription."""
    again = ", ".join(f"{count} of {name}" for name, count in redelivered if count)
    return f"Pub/Sub delivered again: {again or 'nothing'}."
