"""The commands in the documents: every block runs in a shell whose tools only write down how they were called.

What they were called with is then held against the tools: Google's command line checks its own commands without running
them, ours parses its options, Terraform's targets must be in the module. Nothing reaches a cloud.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.main import app

ROOT = Path(__file__).parent.parent
PAGES = [
    page
    for page in (*sorted((ROOT / "docs").rglob("*.md")), ROOT / "gtm" / "README.md")
    if "```sh" in page.read_text(encoding="utf-8")
]
TOOLS = ("gcloud", "terraform", "docker", "bq", "omnicapi", "curl", "git", "make", "pip", "python")
VARIABLES = {
    "PROJECT": "my-project",
    "REGION": "europe-west1",
    "TOKEN": "a-token",
    "KEY": "a-key",
    "BUCKET": "my-bucket",
}
Call = tuple[str, ...]


def blocks(page: Path) -> list[str]:
    return re.findall(r"^ *```sh\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


# Takes whatever is piped into it and writes down its name and arguments.
STAND_IN = r"""#!/bin/sh
[ -t 0 ] || cat > /dev/null
printf "%s\0" "${0##*/}" "$@" >> "$CALLS"
printf "\n" >> "$CALLS"
"""


def called(page: Path, directory: Path) -> list[Call]:
    """Run the page's blocks in turn, in a directory of their own; return every call of a tool."""
    stubs, work, calls = directory / "tools", directory / "work", directory / "calls"
    for folder in (stubs, work / "terraform", work / ".venv" / "bin"):
        folder.mkdir(parents=True)
    for name in (
        *(stubs / tool for tool in TOOLS),
        *(work / ".venv/bin" / name for name in ("pytest", "omnicapi", "uv")),
    ):
        name.write_text(STAND_IN)
        name.chmod(0o755)
    (work / "terraform" / "terraform.tfvars.example").touch()
    calls.touch()
    environment = {"PATH": f"{stubs}{os.pathsep}/usr/bin{os.pathsep}/bin", "CALLS": str(calls), **VARIABLES}
    for block in blocks(page):
        done = subprocess.run(
            ["bash", "-uc", block], check=False, cwd=work, env=environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, f"{page}:\n{block}\n{done.stderr}"
    lines = calls.read_text(encoding="utf-8").split("\0\n")
    return [tuple(line.split("\0")) for line in lines if line]


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Call]]:
    """Every call of every page, with the page's name."""
    return [
        (page.name, call)
        for page in PAGES
        for call in called(page, tmp_path_factory.mktemp(page.stem.replace(".", "-")))
    ]


def of(calls: list[tuple[str, Call]], tool: str) -> list[tuple[str, Call]]:
    return [(page, call[1:]) for page, call in calls if call[0] == tool]


def written(call: Call) -> str:
    """Write a call for the check, which knows a flag by its first characters and looks at a project id's form."""
    words = [
        re.sub(r"^(--[\w-]+=|)(.*)$", lambda word: word[1] + shlex.quote(word[2]), word, flags=re.S) for word in call
    ]
    return " ".join(("gcloud", *words)).replace("PROJECT", "my-project")


def test_every_block_of_the_documents_is_a_script_that_a_shell_can_run(calls: list[tuple[str, Call]]) -> None:
    pages = {page for page, _ in calls}
    assert {"deploy.md", "gtm.md", "alerts.md", "tokens-and-datasets.md"} <= pages
    assert {call[0] for _, call in calls} >= {"gcloud", "terraform", "docker", "omnicapi", "bq"}


def test_googles_command_line_knows_every_command_and_flag(calls: list[tuple[str, Call]], tmp_path: Path) -> None:
    if shutil.which("gcloud") is None:
        pytest.skip("the Google Cloud CLI is not installed")
    commands = sorted({written(call) for _, call in of(calls, "gcloud")})
    file = tmp_path / "commands.json"
    file.write_text(json.dumps([{"command_string": command} for command in commands]))
    lint = ["gcloud", "meta", "lint-gcloud-commands", f"--commands-file={file}"]
    done = subprocess.run(lint, check=True, capture_output=True, text=True, timeout=120)
    results = json.loads(done.stdout)
    assert len(results) == len(commands) > 10
    wrong = [f"{result['command_string']}: {result['error_message']}" for result in results if not result["success"]]
    assert wrong == []


def test_our_own_command_line_takes_every_option(
    calls: list[tuple[str, Call]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "my-project")  # as the pages export it
    for page, call in of(calls, "omnicapi"):
        command: Any = typer.main.get_command(app)
        words = list(call)
        while groups := getattr(command, "commands", None):
            assert words[0] in groups, f"{page}: omnicapi has no command {words[0]}"
            command = groups[words.pop(0)]
        command.make_context(command.name, words)


def test_terraform_is_pointed_at_what_the_module_holds(calls: list[tuple[str, Call]]) -> None:
    module = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "terraform").glob("*.tf"))
    targets = [
        word.removeprefix("-target=") for _, call in of(calls, "terraform") for word in call if "-target=" in word
    ]
    asked = [call[1:] for _, call in of(calls, "terraform") if call[0] == "output"]
    outputs = [word for words in asked for word in words if not word.startswith("-")]
    assert targets
    for kind, name in (target.split(".")[:2] for target in targets):
        assert f'resource "{kind}" "{name}"' in module
    for output in outputs:
        assert f'output "{output}"' in module


def test_an_image_is_built_from_a_target_that_the_dockerfile_has(calls: list[tuple[str, Call]]) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    builds = [call for _, call in of(calls, "docker") if call[0] == "build"]
    assert builds
    for build in builds:
        assert f" AS {build[build.index('--target') + 1]}\n" in dockerfile
