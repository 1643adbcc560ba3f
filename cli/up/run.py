"""What ``omnicapi up`` does: starts the stack, says how to use it, writes down outcomes, and waits for the end."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import typer

from local.addresses import NAMES, Addresses
from local.samples.files import sample_files
from local.services import BUCKET, COLLECTOR_KEY, PROJECT
from local.stack import Options, Stack
from omnicapi.messages import Outcomes
from omnicapi.supplied import supplied
from omnicapi.topology import EVENT_OF_INTEREST

_CHANGE_OF_STAGE = (
    '{"stage": "qualified_lead", "stage_changed_at": int(time.time()), '
    '"lead_id": "1234567890123456", "email": "ana@example.com"}'
)
"""Python for an event of a CRM, under the keys that ``maps/crm.json`` names; its time is the moment it is published."""


class OutcomeFile:
    """Adds each outcome as a JSON line to a file that it empties first. Made for one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        self._lock = threading.Lock()

    def take(self, batch: Outcomes) -> None:
        """Write down the outcomes of one message."""
        lines = b"".join(msgspec.json.encode(outcome) + b"\n" for outcome in batch.outcomes)
        with self._lock, self.path.open("ab") as file:
            file.write(lines)


def stay_up(addresses: Addresses, state: Path, wait: Callable[[], object]) -> None:
    """Run the stack while ``wait`` lasts, or until it is interrupted, then stop it cleanly.

    What it writes lies under ``state``.
    """
    outcomes = OutcomeFile(state / "outcomes.jsonl")
    sample = _write_sample(state / "samples")
    try:
        with Stack(
            Options(logs=state / "logs", addresses=addresses, retry_scale=0.1, push_backoff_max=5), outcomes.take
        ):
            typer.echo(_welcome(addresses, state, sample, outcomes.path))
            wait()
    except KeyboardInterrupt:
        typer.echo("Stopped.")


def _write_sample(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    file = sample_files(int(time.time()))[0]
    path = directory / Path(file.name).name
    path.write_bytes(file.content)
    return path


def _welcome(addresses: Addresses, state: Path, sample: Path, outcomes: Path) -> str:
    listening = "\n".join(f"  {name:<15} {addresses.url(name).removeprefix('http://')}" for name in NAMES)
    upload = (
        f"{addresses.url('bucket')}/upload/storage/v1/b/{BUCKET}/o?uploadType=media&name=incoming/store/{sample.name}"
    )
    publish = (
        "import json, time; from google.cloud import pubsub_v1; "
        f'print(pubsub_v1.PublisherClient().publish("projects/{PROJECT}/topics/{EVENT_OF_INTEREST}", '
        f'json.dumps({_CHANGE_OF_STAGE}).encode(), channel="crm").result())'
    )
    collector = f"{addresses.url('ingest-collect')}/collect/crm"
    collect = (
        '{"stage": "qualified_lead", "stage_changed_at": \'$(date +%s)\', '
        '"lead_id": "1234567890123457", "email": "rui@example.com"}'
    )
    return f"""The pipeline is up (project {PROJECT}, bucket {BUCKET}, logs in {state / "logs"}):

{listening}

Drop a file:
  curl --silent --data-binary @{sample} '{upload}'

The folder below incoming/ is the file's channel. Your own channel's map is {supplied("maps")}/<channel>.json; what you
put there or change is noticed within a minute. `omnicapi maps infer FILE` works a map out of a file.

Publish an event:
  PUBSUB_EMULATOR_HOST={addresses.pubsub} {sys.executable} -c '{publish}'

Send one by HTTP:
  curl --silent --header 'Authorization: Bearer {COLLECTOR_KEY}' --data '{collect}' {collector}

See what became of them:
  tail -n +1 -f {outcomes}

Ctrl-C stops it.
"""
