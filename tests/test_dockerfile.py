"""What each image holds, runs and installs; that it starts is shown by the end-to-end tests, which read it too."""

import ast
import json
import re
import sys
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
SERVICES = ("ingest", "handle", "forward")
GROUPS = {"ingest": ["ingest", "parquet"], "handle": ["handle"], "forward": ["forward"]}
"""What is installed for each."""

JOB = "ga4-export"
JOBS_ROOM = "ingest/bigquery"
"""The image of a job, on top of ingest's, and the room that only it can import."""
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@dataclass
class Stage:
    """One build target: what it starts from and its instructions, in order."""

    base: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def of(self, instruction: str) -> list[str]:
        return [rest for name, rest in self.instructions if name == instruction]


@cache
def stages() -> dict[str, Stage]:
    text = re.sub(r"(?m)^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    found = {"": Stage("")}
    name = ""
    for line in re.sub(r"\\\s*\n", " ", text).splitlines():
        instruction, _, rest = line.strip().partition(" ")
        if instruction == "FROM":
            base, _, name = rest.split()
            found[name] = Stage(base)
        elif instruction:
            found[name].instructions.append((instruction, rest.strip()))
    return found


def inherited(service: str, instruction: str) -> list[str]:
    return stages()["base"].of(instruction) + stages()[service].of(instruction)


def test_there_is_a_target_a_service_on_one_base_that_a_build_may_choose() -> None:
    assert set(stages()) == {"", "base", JOB, *SERVICES}
    assert {stages()[service].base for service in SERVICES} == {"base"}
    assert stages()["base"].base == "${BASE_IMAGE}"
    assert stages()[""].of("ARG")[0].startswith("BASE_IMAGE=python:3.11")


@pytest.mark.parametrize("service", SERVICES)
def test_the_command_is_in_exec_form_so_that_it_gets_the_platforms_signals(service: str) -> None:
    (command,) = inherited(service, "CMD")
    words = json.loads(command)
    assert words
    assert all(isinstance(word, str) for word in words)
    assert inherited(service, "ENTRYPOINT") == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_process_is_not_root(service: str) -> None:
    user = inherited(service, "USER")[-1]
    assert int(user.partition(":")[0]) > 0
    assert re.search(rf"useradd .*--uid {user}\b", " ".join(inherited(service, "RUN")))
    # Whatever is installed or copied belongs to root: the process cannot change its own code.
    last = [name for name, _ in stages()[service].instructions]
    assert not {"RUN", "COPY"} & set(last[last.index("USER") :])


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_its_own_room_the_shared_one_and_for_ingest_the_maps(service: str) -> None:
    copied = {source for rest in inherited(service, "COPY") for source in rest.split()[:-1]}
    assert inherited(service, "ADD") == []
    assert copied == {"pyproject.toml", "uv.lock", "omnicapi", service} | ({"maps"} if service == "ingest" else set())


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_installs_what_the_lock_says_for_its_own_room_only(service: str) -> None:
    (sync,) = [run for run in inherited(service, "RUN") if "uv sync" in run]
    assert re.findall(r"--group (\S+)", sync) == GROUPS[service]
    assert {"--frozen", "--no-default-groups", "--no-install-project"} <= set(sync.split())


@pytest.mark.parametrize("service", SERVICES)
def test_no_secret_is_baked_in(service: str) -> None:
    named = " ".join([*inherited(service, "ENV"), *inherited(service, "ARG"), *stages()[""].of("ARG")])
    assert not re.search(r"TOKEN|SECRET|PASSWORD|KEY", named, re.IGNORECASE)


def installed(*groups: str) -> set[str]:
    """Return the names of the distributions that an image gets: the project's own, its groups', and theirs."""
    of_groups = (text for group in groups for text in PROJECT["dependency-groups"][group])
    waiting = [Requirement(text) for text in [*PROJECT["project"]["dependencies"], *of_groups]]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in {"", *requirement.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += needs(name, extra)
    return {name for name, _ in seen}


def needs(distribution: str, extra: str) -> list[Requirement]:
    try:
        requirements = [Requirement(text) for text in metadata.requires(distribution) or []]
    except metadata.PackageNotFoundError:
        return []  # of another platform
    return [one for one in requirements if one.marker is None or one.marker.evaluate({"extra": extra})]


@cache
def modules_of(distribution: str) -> frozenset[str]:
    """Return the modules of a distribution; ``google`` is shared by many, so its top-level name would not do."""
    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        return frozenset()
    parts = [file.with_name(file.name.partition(".")[0]).parts for file in files if file.suffix in {".py", ".so"}]
    return frozenset(".".join(part[:-1] if part[-1] == "__init__" else part) for part in parts)


def third_party(room: str, without: str = "no such room") -> dict[str, set[str]]:
    """Return what a room imports from outside: for each module, in its dotted forms, the files that do."""
    found: dict[str, set[str]] = {}
    for file in sorted(set((ROOT / room).rglob("*.py")) - set((ROOT / without).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for module in imported(node):
                if module.partition(".")[0] not in {*sys.stdlib_module_names, "omnicapi", room.partition("/")[0]}:
                    found.setdefault(module, set()).add(str(file.relative_to(ROOT)))
    return found


def imported(node: ast.AST) -> list[str]:
    """Return the modules of an import; of ``from google.cloud import storage`` the name, for the package is empty."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        is_namespace = node.module in {"google", "google.cloud"}
        return [f"{node.module}.{alias.name}" if is_namespace else node.module for alias in node.names]
    return []


@pytest.mark.parametrize("service", SERVICES)
def test_every_library_a_service_imports_is_in_its_image(service: str) -> None:
    provided = {module for distribution in installed(*GROUPS[service]) for module in modules_of(distribution)}
    wanted = third_party(service, without=JOBS_ROOM) | third_party("omnicapi")
    missing = {module: files for module, files in wanted.items() if module not in provided}
    assert missing == {}


def test_the_image_of_the_job_is_ingests_with_what_its_own_room_needs() -> None:
    job = stages()[JOB]
    assert (job.base, job.of("COPY"), job.of("USER")) == ("ingest", [], ["0", "10001"])
    assert json.loads(job.of("CMD")[0]) == ["python", "-m", "ingest.bigquery"]
    (sync,) = job.of("RUN")
    groups = re.findall(r"--group (\S+)", sync)
    assert groups == ["ingest", "bigquery"]
    provided = {module for distribution in installed(*groups) for module in modules_of(distribution)}
    assert third_party(JOBS_ROOM).keys() - provided == set()
    assert "google.cloud.bigquery" in third_party(JOBS_ROOM).keys() - third_party("ingest", without=JOBS_ROOM).keys()


def test_a_library_of_another_service_would_be_missed() -> None:
    assert "phonenumbers" in modules_of("phonenumbers")
    assert "google.cloud.storage" in modules_of("google-cloud-storage")
    assert {"google-cloud-storage", "phonenumbers"} & installed("forward") == set()
    assert {"grpcio", "werkzeug"} <= installed("forward")
