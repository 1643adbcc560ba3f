import subprocess
import sys

import pytest
from typer.testing import CliRunner

from cli import main
from omnicapi.errors import BadSettings

HEAVY = ("google.api_core", "grpc", "flask", "phonenumbers", "openpyxl", "python_calamine")
COMMANDS = ("demo", "up", "preview", "normalise")


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(main.app, ["--help"])
    assert result.exit_code == 0
    assert all(command in result.output for command in COMMANDS)


def test_without_a_command_the_help_is_shown() -> None:
    assert "Usage" in CliRunner().invoke(main.app, []).output


def test_naming_the_commands_does_not_load_what_only_running_them_needs() -> None:
    imports = ", ".join(f"cli.{command}" for command in COMMANDS)
    code = f"import sys, {imports}; print([name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_our_own_errors_are_one_message_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise BadSettings("META_DATASET_ID: missing")

    monkeypatch.setattr(main, "app", fail)
    with pytest.raises(SystemExit) as exit_:
        main.main()
    assert exit_.value.code == 2
    assert capsys.readouterr().err == "omnicapi: META_DATASET_ID: missing\n"
