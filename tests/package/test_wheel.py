"""The wheel, installed into an empty environment outside the checkout: the command works, and says what it lacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from email.parser import Parser
from importlib import metadata
from pathlib import Path

import pytest

from local.samples.files import sample_files

ROOT = Path(__file__).parents[2]
UV = os.environ.get("UV") or Path(sys.executable).with_name("uv")
"""`make pythons` names it: its environments have none of their own."""
NOW = 1_795_000_000
AT = "2026-11-18T12:00:00Z"

pytestmark = pytest.mark.package


@dataclass(frozen=True)
class Installation:
    """An environment with the wheel and nothing else, and a directory to work in."""

    wheel: Path
    programs: Path
    work: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``omnicapi`` as somebody who has no checkout."""
        environment = {"PATH": f"{self.programs}{os.pathsep}/usr/bin{os.pathsep}/bin", "HOME": str(self.work)}
        return subprocess.run(
            [self.programs / "omnicapi", *words],
            check=False,
            cwd=self.work,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )


def uv(*words: str | Path) -> None:
    done = subprocess.run([UV, *words], check=False, cwd=ROOT, capture_output=True, text=True, timeout=240)
    if done.returncode and "Failed to fetch" in done.stderr:
        pytest.skip("the package registry is not reached")
    assert done.returncode == 0, done.stderr


def versions(groups: Sequence[str], directory: Path) -> Path:
    """Write the locked versions of groups, which are kept on this machine, as constraints of an installation."""
    file = directory / "locked.txt"
    words = [part for group in groups for part in ("--only-group", group)]
    uv("export", "--quiet", "--frozen", "--no-hashes", "--no-emit-project", *words, "--output-file", file)
    return file


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    directory = tmp_path_factory.mktemp("package")
    uv("build", "--quiet", "--wheel", "--out-dir", directory)
    (wheel,) = directory.glob("*.whl")
    uv("venv", "--quiet", "--python", sys.executable, directory / "environment")
    programs = directory / "environment" / "bin"
    locked = versions(["command"], directory)
    uv("pip", "install", "--quiet", "--python", programs / "python", "--constraints", locked, wheel)
    work = directory / "work"
    work.mkdir()
    store = next(file for file in sample_files(NOW) if file.name.endswith(".csv"))
    (work / "store.csv").write_bytes(store.content)
    return Installation(wheel, programs, work)


def test_a_file_is_previewed_with_the_maps_of_the_wheel(installed: Installation) -> None:
    done = installed.run("preview", "store.csv", "--channel", "store", "--now", AT, "--format", "jsonl")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode in {0, 1}, done.stderr
    assert {event["verdict"] for event in events} >= {"ready"}


def test_the_report_of_a_file_is_made_with_the_template_of_the_wheel(installed: Installation) -> None:
    done = installed.run("preview", "store.csv", "--channel", "store", "--now", AT, "--html", "report.html")
    assert done.returncode in {0, 1}, done.stderr
    assert "<table" in (installed.work / "report.html").read_text(encoding="utf-8")


def test_a_preset_is_found_in_the_wheel(installed: Installation) -> None:
    (installed.work / "shop.json").write_text('{"preset": "shopify-orders"}', encoding="utf-8")
    (installed.work / "orders.csv").write_text("Name,Email,Total,Currency,Created at\n", encoding="utf-8")
    done = installed.run("maps", "check", "shop.json", "orders.csv")
    assert "lacks 'Lineitem quantity'" in done.stderr, "a column that only the preset names"


def test_a_phone_is_normalised(installed: Installation) -> None:
    done = installed.run("normalise", "ph", "(650) 555-1212", "--country", "US", "--explain")
    assert done.returncode == 0, done.stderr
    assert "16505551212" in done.stdout


@pytest.mark.parametrize("command", ["doctor", "demo", "up", "trace", "replay", "preview", "normalise"])
def test_every_command_explains_itself(command: str, installed: Installation) -> None:
    done = installed.run(command, "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        (("demo",), "local"),
        (("up",), "local"),
        (("trace", "an-id", "--table", "project.dataset.table"), "bigquery"),
    ],
)
def test_what_needs_an_extra_says_which(words: Sequence[str], extra: str, installed: Installation) -> None:
    done = installed.run(*words)
    assert done.returncode == 2
    assert f"pip install 'omnicapi[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_parquet_file_says_what_reads_it(installed: Installation) -> None:
    (installed.work / "store.parquet").write_bytes(b"PAR1 and so on PAR1")
    done = installed.run("preview", "store.parquet", "--channel", "store")
    assert done.returncode == 2
    assert "pip install 'omnicapi[parquet]'" in " ".join((done.stdout + done.stderr).split())


def test_the_wheel_says_its_version_its_licence_and_what_it_needs(installed: Installation) -> None:
    with zipfile.ZipFile(installed.wheel) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        said = Parser().parsestr(packed.read(name).decode())
        names = packed.namelist()
    assert installed.run("--version").stdout == f"omnicapi {said['Version']}\n"
    assert said["License-Expression"] == "Apache-2.0"
    assert said.get_all("Provides-Extra") == ["bigquery", "local", "parquet"]
    assert {name.partition("/")[0] for name in names if not name.partition("/")[0].endswith(".dist-info")} == {
        *("cli", "forward", "handle", "ingest", "local", "omnicapi")
    }


def test_an_installation_of_the_checkout_itself_reads_what_stands_beside_the_packages() -> None:
    assert not (Path(str(metadata.distribution("omnicapi").locate_file("omnicapi"))) / "supplied_files").exists()
