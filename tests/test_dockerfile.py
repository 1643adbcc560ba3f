"""What each image holds, runs and installs; that it starts is shown by the end-to-end tests, which read it too."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SERVICES = ("ingest", "handle", "forward")
GROUPS = {"ingest": ["ingest", "parquet"], "handle": ["handle"], "forward": ["forward"]}
"""The dependency groups that are installed for each."""

JOB = "ga4-export"
"""The image of a job, on top of ingest's."""


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
    assert re.findall(r"--only-group (\S+)", sync) == GROUPS[service]
    assert {"--frozen", "--no-install-project"} <= set(sync.split())


@pytest.mark.parametrize("service", SERVICES)
def test_no_secret_is_baked_in(service: str) -> None:
    named = " ".join([*inherited(service, "ENV"), *inherited(service, "ARG"), *stages()[""].of("ARG")])
    assert not re.search(r"TOKEN|SECRET|PASSWORD|KEY", named, re.IGNORECASE)


def test_the_image_of_the_job_is_ingests_with_the_libraries_of_bigquery() -> None:
    job = stages()[JOB]
    assert (job.base, job.of("COPY"), job.of("USER")) == ("ingest", [], ["0", "10001"])
    assert json.loads(job.of("CMD")[0]) == ["python", "-m", "ingest.bigquery"]
    (sync,) = job.of("RUN")
    assert re.findall(r"--only-group (\S+)", sync) == ["ingest", "bigquery"]
