"""The images built from the Dockerfile for real, and the pipeline running from them: ``make images``."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.samples.files import SampleFile, sample_files
from local.samples.messages import sample_messages
from local.samples.rows import store_row
from local.services import SERVICES, Launch
from local.stack import Options, Stack
from tests.images.rootless import USER, Images, missing, run
from tests.ingest.parquet_files import store_file

pytestmark = [pytest.mark.images, pytest.mark.timeout(1200), pytest.mark.skipif(bool(missing()), reason=missing())]

ROOMS = {
    "ingest": {"ingest", "maps", "omnicapi"},
    "ga4-export": {"ingest", "maps", "omnicapi"},
    "handle": {"handle", "omnicapi"},
    "forward": {"forward", "omnicapi"},
}
TARGETS = tuple(ROOMS)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Images:
    directory = tmp_path_factory.mktemp("images")
    built = Images(directory)
    built.make_base(directory / "base")
    for target in TARGETS:
        built.build(target)
    return built


@pytest.fixture(scope="module")
def roots(images: Images) -> Iterator[dict[str, Path]]:
    with ExitStack() as mounts:
        yield {target: mounts.enter_context(images.mounted(target)) for target in TARGETS}


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_holds_its_own_room_and_the_shared_one_and_the_process_may_change_neither(
    target: str, images: Images, roots: dict[str, Path]
) -> None:
    held = {path.name for path in (roots[target] / "srv").iterdir()}
    assert held == {*ROOMS[target], "pyproject.toml", "uv.lock", ".venv"}
    assert images.config(target)["User"] == USER
    written = run("find", roots[target] / "srv", "-writable", "-not", "-uid", "0")
    assert written == ""


def test_the_job_that_reads_ga4s_export_starts_and_says_what_it_is_not_told(
    images: Images, roots: dict[str, Path]
) -> None:
    launch = images.launch("ga4-export", roots["ga4-export"])
    done = subprocess.run(launch.command, check=False, env=launch.environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "GOOGLE_CLOUD_PROJECT" in done.stdout + done.stderr


def test_the_images_carry_files_and_events_to_meta_and_stop_on_sigterm(
    images: Images, roots: dict[str, Path], tmp_path: Path
) -> None:
    def launcher(image: str) -> Launch:
        return images.launch(image, roots[image])

    now = int(time.time())
    files, messages = sample_files(now), sample_messages(now)
    parquet = store_file(store_row(900 + index, now) for index in range(3))
    files = [*files, SampleFile("incoming/store/images.parquet", "store", parquet, 3)]
    total = sum(file.events for file in files) + sum(message.events for message in messages)
    with Stack(Options(logs=tmp_path / "logs", retry_scale=0.05, push_backoff_max=0.5, launcher=launcher)) as stack:
        for file in files:
            (path := tmp_path / Path(file.name).name).write_bytes(file.content)
            stack.drop(path, file.name)
        for message in messages:
            stack.publish(message.channel, message.data, **message.attributes)
        assert stack.outcomes.wait(total, 120)
        stack.drained()
        outcomes = stack.outcomes.latest()
        stopped = {name: stack.processes[name].stop() for name in SERVICES}
    assert len(outcomes) == total
    assert sum(outcome.verdict == "sent" for outcome in outcomes) > total / 2
    assert [one.verdict for one in outcomes if one.origin.object == files[-1].name] == ["sent"] * 3, "arro3 is there"
    assert {outcome.stage for outcome in outcomes} == {"ingest", "handle", "forward"}
    assert stopped == dict.fromkeys(SERVICES, True)
