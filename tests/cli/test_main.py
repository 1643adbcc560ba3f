import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import main
from omnicapi.errors import BadSettings

ROOT = Path(__file__).parents[2]
HEAVY = ("google.api_core", "grpc", "flask", "phonenumbers", "openpyxl", "numpy", "xlrd", "arro3")
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


def test_the_version_is_that_of_the_project() -> None:
    result = CliRunner().invoke(main.app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"omnicapi {metadata.version('omnicapi')}\n")


def test_where_there_are_no_credentials_is_said_how_to_get_them(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", "trace", "x", "--table", "p.d.t"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "NO_GCE_CHECK": "true"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "gcloud auth application-default login" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_what_nobody_expected_keeps_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(main, "app", fail)
    with pytest.raises(ZeroDivisionError):
        main.main()
