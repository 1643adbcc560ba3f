"""``omnicapi demo`` and ``omnicapi up`` as a user runs them."""

import io
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from cli.demo.run import Samples, close_accounts, follow
from cli.doctor.checkup import checkup
from cli.doctor.target import local_stack
from cli.main import app
from cli.up.run import stay_up
from local.addresses import Addresses
from local.ports import is_free
from local.pubsub import NotDrainedError
from local.services import DATASET
from omnicapi.supplied import supplied
from tests.end_to_end.pipeline import Pipeline

pytestmark = pytest.mark.stack


def test_the_demo_accounts_for_every_event(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["demo", "--state", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "Every event is accounted for." in result.output
    lines = [re.findall(r"\w+", line) for line in result.output.splitlines()]
    table = {line[0]: [int(cell) for cell in line[1:]] for line in lines if len(line) == 5 and line[1].isdigit()}
    assert {"store", "web", "crm", "all"} <= table.keys()
    for read, sent, rejected, dropped in table.values():
        assert read == sent + rejected + dropped
    assert table["all"][0] == sum(numbers[0] for channel, numbers in table.items() if channel != "all")
    assert "row 45" in result.output
    assert "fbtrace_id " in result.output
    assert re.search(r"Meta answered \d+ requests \(.*4 × 500\)", result.output)
    assert (tmp_path / "logs" / "forward.jsonl").exists()


def test_the_demo_says_what_is_missing(stack: Pipeline, now: int) -> None:
    samples, screen = Samples.of(now), Console(file=io.StringIO(), width=160)
    assert not follow(stack, samples, screen, patience=0.5)
    assert not close_accounts(stack, samples, screen)
    assert isinstance(screen.file, io.StringIO)
    assert "events were put in" in screen.file.getvalue()


def test_the_demo_does_not_end_well_while_messages_are_under_way(
    stack: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(timeout: float) -> None:
        raise NotDrainedError(f"Not drained after {timeout:g} s.")

    monkeypatch.setattr(stack, "drained", never)
    screen = Console(file=io.StringIO())
    assert not follow(stack, Samples([], [], ""), screen, patience=0.5)
    monkeypatch.undo()


def test_up_stays_while_its_commands_are_copied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def use_it() -> None:
        shown = capsys.readouterr().out
        assert f"{supplied('maps')}/<channel>.json" in shown
        drop, publish, send, see = re.findall(r":\n  (.+)\n", shown)[-4:]
        for command in (drop, publish, send):
            subprocess.run(command, shell=True, check=True, capture_output=True, timeout=30)
        outcomes = Path(see.split()[-1])
        deadline = time.monotonic() + 30
        while len(lines := outcomes.read_text().splitlines()) < 45:
            assert time.monotonic() < deadline, lines
            time.sleep(0.1)
        verdicts = [json.loads(line)["verdict"] for line in lines]
        assert sorted(verdicts) == ["rejected"] * 3 + ["sent"] * 42
        raise KeyboardInterrupt

    stay_up(Addresses.free(), tmp_path, use_it)
    assert capsys.readouterr().out == "Stopped.\n"


def test_the_doctor_finds_the_running_stack_sound(stack: Pipeline) -> None:
    found = list(checkup(local_stack(stack.addresses), [DATASET], str(supplied("maps")), None))
    assert len(found) > 20
    assert [finding for finding in found if finding.status not in {"pass", "skip"}] == []


def test_up_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from cli.main import main; main()",
        "up",
        "--free-ports",
        "--state",
        str(tmp_path),
    ]
    up = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert up.stdout is not None
    shown = "".join(iter(up.stdout.readline, "Ctrl-C stops it.\n"))
    up.send_signal(signal.SIGTERM)
    rest, _ = up.communicate(timeout=30)
    assert up.returncode == 0
    assert rest.strip() == "Stopped."
    for port in re.findall(r"127\.0\.0\.1:(\d+)$", shown, re.MULTILINE):
        assert is_free(int(port))
