"""``omnicapi demo`` and ``omnicapi up`` as a user runs them."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app

pytestmark = pytest.mark.stack

COMMAND = [sys.executable, "-c", "from cli.main import main; main()"]


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


@pytest.fixture
def up(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    process = subprocess.Popen(
        [*COMMAND, "up", "--free-ports", "--state", str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    shown = ""
    while "Ctrl-C" not in shown:
        line = process.stdout.readline()
        assert line, shown
        shown += line
    yield process, shown
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)


def test_up_stays_until_it_is_told_to_stop_and_its_commands_work_when_copied(
    up: tuple["subprocess.Popen[str]", str], tmp_path: Path
) -> None:
    process, shown = up
    drop, publish, see = re.findall(r":\n  (.+)\n", shown)[-3:]
    for command in (drop, publish):
        subprocess.run(command, shell=True, check=True, capture_output=True, timeout=30)
    outcomes = Path(see.split()[-1])
    deadline = time.monotonic() + 30
    while len(outcomes.read_text().splitlines()) < 44:
        assert time.monotonic() < deadline, outcomes.read_text()
        time.sleep(0.1)
    verdicts = [json.loads(line)["verdict"] for line in outcomes.read_text().splitlines()]
    assert sorted(verdicts) == ["rejected"] * 3 + ["sent"] * 41
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert process.stdout is not None
    assert "Stopped." in process.stdout.read()
