"""The commands that a deployment prints can be run as they are, and every variable is in the example of variables."""

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.terraform.workspace import ROOT, Deployment, Workspace

Commands = dict[str, Any]

TOLD_APART = {"meta_access_tokens"}
"""Variables that must not be in a file."""


@pytest.fixture(scope="module")
def commands(workspace: Workspace, deployment: Deployment) -> Commands:
    assert deployment.resources
    printed: Commands = json.loads(workspace.run("output", "-json"))["commands"]["value"]
    return printed


def _lines(commands: Commands) -> list[str]:
    lines = [line for each in commands.values() for line in (each.values() if isinstance(each, dict) else [each])]
    return [line for line in lines if line is not None]


def test_every_command_is_one_a_shell_can_read(commands: Commands) -> None:
    for line in _lines(commands):
        subprocess.run(["bash", "-n", "-c", line], check=True)


def test_our_own_commands_have_the_options_that_are_given(commands: Commands) -> None:
    ours = [shlex.split(line)[1:] for line in _lines(commands) if line.startswith("omnicapi ")]
    assert len(ours) >= 4
    for arguments in ours:
        result = CliRunner().invoke(app, [*arguments, "--help"])
        assert result.exit_code == 0, f"{arguments}: {result.output}"


def test_the_test_event_is_one_that_would_be_sent(commands: Commands, tmp_path: Path) -> None:
    said = subprocess.run(
        ["bash", "-c", f"gcloud() {{ printf '%s\\n' \"$@\"; }}; {commands['publish']}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    message, channel = (re.search(rf"^--{option}=(.*)$", said, re.MULTILINE) for option in ("message", "attribute"))
    assert message
    assert channel
    file = tmp_path / "event.json"
    file.write_text(message[1], encoding="utf-8")
    result = CliRunner().invoke(app, ["preview", str(file), "--channel", channel[1].removeprefix("channel=")])
    assert result.exit_code == 0, result.output


def test_the_example_of_variables_names_every_one() -> None:
    text = (ROOT / "terraform/variables.tf").read_text(encoding="utf-8")
    declared = set(re.findall(r'^variable "(\w+)"', text, re.MULTILINE))
    example = (ROOT / "terraform/terraform.tfvars.example").read_text(encoding="utf-8")
    assert declared - TOLD_APART == set(re.findall(r"^(?:# )?(\w+) += ", example, re.MULTILINE))
