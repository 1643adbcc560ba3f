"""The command as a scheduler starts it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.bigquery import __main__ as command
from ingest.bigquery.reader import ExportReader
from tests.ingest.bigquery.stand_in import BigQuery

ROOT = Path(__file__).parents[3]


def refusal(**settings: str) -> str:
    """Run the command where it cannot do anything, and return what it says."""
    ran = subprocess.run(
        [sys.executable, "-m", "ingest.bigquery"],
        check=False,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "GOOGLE_CLOUD_PROJECT": "project", **settings},
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (2, "")
    line = json.loads(ran.stdout)
    assert (line["severity"], line["message"]) == ("ERROR", "export not read")
    told: str = line["error_text"]
    return told


def test_settings_that_cannot_be_used_are_named_in_the_log() -> None:
    told = refusal()
    assert "GA4_EXPORT" in told
    assert "GA4_EXPORT_STATE" in told


def test_where_there_are_no_credentials_is_said_how_to_get_them(tmp_path: Path) -> None:
    told = refusal(
        GA4_EXPORT="project.analytics_1", GA4_EXPORT_STATE="gs://b/state", HOME=str(tmp_path), NO_GCE_CHECK="true"
    )
    assert "gcloud auth application-default login" in told


@pytest.fixture
def anonymous(monkeypatch: pytest.MonkeyPatch, storage_url: str) -> Iterator[None]:
    """Google's own way to its emulators, in place of credentials."""
    stand_in = BigQuery()
    client = stand_in.client()
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage_url)
    monkeypatch.setattr("google.cloud.bigquery.Client", lambda project: client)
    yield
    stand_in.close()


def test_the_command_makes_its_clients_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, anonymous: None, bucket: Any
) -> None:
    settings = {
        "GOOGLE_CLOUD_PROJECT": "project",
        "GA4_EXPORT": "project.analytics_1",
        "GA4_EXPORT_STATE": f"gs://{bucket.name}/state",
        "MAPS": str(ROOT / "maps"),
        "PUBSUB_EMULATOR_HOST": "127.0.0.1:1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("omnicapi.logs.setup", lambda *_: None)
    made = command._from_environment()
    assert isinstance(made, ExportReader)
    assert command.run(lambda: made) == 0
