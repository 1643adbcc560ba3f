"""``omnicapi dead-letters list`` and ``omnicapi replay``."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.dead_letters.letter import TOPICS
from cli.options import Instance
from omnicapi.topology import of_instance

if TYPE_CHECKING:
    from cli.dead_letters.replay import Tally

Project = Annotated[str, typer.Option(envvar="GOOGLE_CLOUD_PROJECT", help="The deployment's project.")]
Topic = Annotated[
    list[str] | None, typer.Option("--topic", help=f"Only this topic's dead letters; else all of {', '.join(TOPICS)}.")
]
Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"], help="Dead-lettered since, in UTC.")
]
Wait = Annotated[
    float, typer.Option(min=0.1, help="Seconds to wait for one more letter before a queue counts as read.")
]

dead_letters = typer.Typer(help="Look at what could not be processed.", no_args_is_help=True)


@dead_letters.command("list")
def list_letters(project: Project, instance: Instance = "", topic: Topic = None, wait: Wait = 2.0) -> None:
    """Count the dead letters by topic, reason and channel, with the age of the oldest. Nothing is taken away."""
    # Google's clients take a second to load, and the other commands need none of them.
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from cli.dead_letters.queue import DeadLetterQueue  # noqa: PLC0415
    from cli.dead_letters.replay import by_reason_and_channel  # noqa: PLC0415

    table = Table("topic", "reason", "channel", "items", "oldest")
    subscriber, now = _subscriber(), time.time()
    for name in topic or TOPICS:
        with DeadLetterQueue(subscriber, project, name, wait, instance=instance) as queue:
            for (reason, channel), group in sorted(by_reason_and_channel(queue.letters()).items()):
                texts = (name, reason, channel, str(group.items), _age(now - group.oldest))
                table.add_row(*map(Text, texts))  # no markup: channels are named by whoever publishes
    _print(table if table.row_count else "No dead letters.")


def replay(
    project: Project,
    *,
    instance: Instance = "",
    topic: Topic = None,
    reason: Annotated[str | None, typer.Option(help="Only letters with this reason; see dead-letters list.")] = None,
    since: Since = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Most letters to replay, for each topic.")] = None,
    rate: Annotated[float | None, typer.Option(min=0.01, help="Letters a second.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would be replayed; publish nothing.")] = False,
    wait: Wait = 2.0,
) -> None:
    """Publish dead letters back to their topic with the event ids they had.

    Letters past Meta's time window stay where they are and are counted. A letter leaves the dead letters only when its
    copy is confirmed, so this can be interrupted and started again at any moment.
    """
    # As above: loaded when they are needed.
    from cli.dead_letters.queue import DeadLetterQueue  # noqa: PLC0415
    from cli.dead_letters.replay import LetterFilter, Replay, Tally  # noqa: PLC0415

    subscriber, publisher, now = _subscriber(), _publisher(), time.time()
    since_seconds = since.replace(tzinfo=UTC).timestamp() if since else 0.0
    wanted = LetterFilter(until=now, reason=reason, since=since_seconds, limit=limit, rate=rate)
    for name in topic or TOPICS:
        queue = DeadLetterQueue(subscriber, project, name, wait, instance=instance)
        tally = Tally()
        path = f"projects/{project}/topics/{of_instance(instance, name)}"
        try:
            Replay(queue, publisher, path, time.time, time.sleep).run(wanted, tally, _progress(name), dry_run=dry_run)
        finally:  # whoever interrupts is told what was done so far
            _print(_summary(name, tally, dry_run=dry_run))


def _subscriber() -> Any:
    from google.cloud.pubsub_v1 import SubscriberClient  # noqa: PLC0415 - a second of import

    return SubscriberClient()


def _publisher() -> Any:
    from google.pubsub_v1 import PublisherClient  # noqa: PLC0415 - a second of import

    return PublisherClient()


def _progress(topic: str) -> Any:
    return lambda tally: _print(f"{topic}: {tally.replayed} so far …")


def _summary(topic: str, tally: Tally, *, dry_run: bool) -> str:
    done = "would be replayed" if dry_run else "replayed"
    reasons = ", ".join(f"{reason} {count}" for reason, count in tally.by_reason.most_common())
    return (
        f"{topic}: {tally.replayed} {done}{f' ({reasons})' if reasons else ''}, "
        f"{tally.past_window} past Meta's time window, {tally.not_asked_for} not asked for"
        + (f", {tally.refused} refused by Pub/Sub, which stay dead letters" if tally.refused else "")
    )


def _age(seconds: float) -> str:
    minutes = int(max(0.0, seconds)) // 60
    days, hours = minutes // 1440, minutes % 1440 // 60
    return f"{days} d {hours} h" if days else f"{hours} h {minutes % 60} min"


def _print(what: Any) -> None:
    from rich.console import Console  # noqa: PLC0415 - only where something is shown

    Console().print(what, markup=False)
