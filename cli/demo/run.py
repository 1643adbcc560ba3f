"""What ``omnicapi demo`` does: starts the stack, feeds it samples, disturbs it, follows it, and closes the accounts."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.console import console
from cli.demo.accounts import EventKey, accounts, problems
from cli.demo.tables import account_table, meta_line, reason_table, retry_line, trace_lines
from local import planned
from local.blueprint import HERE
from local.meta.faults.kinds import ALWAYS, Poison, Refuse, When
from local.pubsub import NotDrainedError
from local.samples.files import SampleFile, sample_files
from local.samples.message import SampleMessage
from local.samples.messages import sample_messages
from local.samples.rows import event_id
from local.stack import Options, Stack

PATIENCE = 90.0
"""Seconds after which events without a verdict count as lost."""

FAILURES = 4
"""Requests that Meta answers with 500 at first."""

_POLL = 0.2


@dataclass(frozen=True)
class Samples:
    """What the demo puts in, and the one event that it makes Meta refuse."""

    files: Sequence[SampleFile]
    messages: Sequence[SampleMessage]
    refused_by_meta: str

    @classmethod
    def of(cls, now: int) -> Samples:
        """Return the samples of the moment ``now``, Unix seconds."""
        return cls(sample_files(now), sample_messages(now), event_id("tag server", now, 7))

    def by_channel(self) -> Counter[str]:
        """Return how many events each channel is given."""
        counts: Counter[str] = Counter()
        for channel, events in [(file.channel, file.events) for file in self.files] + [
            (message.channel, message.events) for message in self.messages
        ]:
            counts[channel] += events
        return counts


def demonstrate(state: Path, terraform: Path | None = None) -> bool:
    """Run the demo, print it, and say whether every event is accounted for. Logs are written under ``state``.

    ``terraform`` is a file of what ``terraform show -json`` printed, where that is to run and not our own wiring.
    """
    screen = console()
    started = time.monotonic()
    blueprint = HERE if terraform is None else planned.blueprint(terraform.read_bytes(), state / "secrets")
    with Stack(Options(state / "logs", retry_scale=0.05, push_backoff_max=0.5, blueprint=blueprint)) as stack:
        screen.print(f"Up after {time.monotonic() - started:.1f} s; logs are in {stack.logs}.")
        samples = Samples.of(int(time.time()))
        _disturb(stack, samples, screen)
        _put_in(stack, samples, screen)
        settled = follow(stack, samples, screen, PATIENCE)
        fine = close_accounts(stack, samples, screen) and settled
    screen.print(f"The demo took {time.monotonic() - started:.1f} s.")
    return fine


def _disturb(stack: Stack, samples: Samples, screen: Console) -> None:
    stack.meta.fault(Refuse(), When(times=FAILURES))
    stack.meta.fault(Poison(event_ids=[samples.refused_by_meta]), ALWAYS)
    screen.print(f"Meta will fail {FAILURES} times and refuse one event that looks fine: {samples.refused_by_meta}.")


def _put_in(stack: Stack, samples: Samples, screen: Console) -> None:
    with tempfile.TemporaryDirectory(prefix="omnicapi-") as directory:
        for file in samples.files:
            path = Path(directory) / Path(file.name).name
            path.write_bytes(file.content)
            stack.drop(path, file.name)
            screen.print(f"Dropped {file.name}.")
    for message in samples.messages:
        stack.publish(message.channel, message.data, **message.attributes)
    screen.print(f"Published {len(samples.messages)} messages.")


def follow(stack: Stack, samples: Samples, screen: Console, patience: float) -> bool:
    """Show the verdicts as they come until all are there and the queues are empty, at most ``patience`` seconds.

    Say whether it came to that.
    """
    total = samples.by_channel().total()
    deadline = time.monotonic() + patience
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen) as progress:
        task = progress.add_task("Events with a verdict", total=total)
        while not (done := stack.outcomes.wait(total, _POLL)) and time.monotonic() < deadline:
            progress.update(task, completed=len(stack.outcomes.latest()))
        progress.update(task, completed=len(stack.outcomes.latest()))
    if not done:
        return False
    try:
        stack.drained(patience)
    except NotDrainedError as error:
        screen.print(str(error), style="bold red")
        return False
    return True


def close_accounts(stack: Stack, samples: Samples, screen: Console) -> bool:
    """Show what became of the events, and say whether every one of ``samples`` is accounted for."""
    events, outcomes = stack.outcomes.by_event(), stack.outcomes.latest()
    closed = accounts(samples.by_channel(), outcomes)
    screen.print()
    screen.print(account_table(closed))
    screen.print(reason_table(outcome for outcome in outcomes if outcome.verdict != "sent"))
    for line in (*trace_lines(outcomes), meta_line(stack.meta.summary()), retry_line(_redelivered(stack))):
        screen.print(line)
    found = list(problems(closed, events, _accepted(stack)))
    for problem in found:
        screen.print(problem, style="bold red")
    if not found:
        screen.print("Every event is accounted for.", style="bold green")
    return not found


def _accepted(stack: Stack) -> list[EventKey]:
    return [(event.dataset, event.event_name, event.event_id) for event in stack.meta.accepted()]


def _redelivered(stack: Stack) -> list[tuple[str, int]]:
    statuses = [stack.pubsub.subscription(name) for name in stack.fed_subscriptions()]
    return [(status.name.rpartition("/")[2], status.nacked + status.expired) for status in statuses]
