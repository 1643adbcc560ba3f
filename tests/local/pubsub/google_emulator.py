"""Google's own Pub/Sub emulator, where the Google Cloud CLI has installed it."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc

_PROGRAM = Path("platform/pubsub-emulator/bin/cloud-pubsub-emulator")
_START_SECONDS = 60


def find_emulator() -> Path | None:
    """Find the emulator's program; None where the CLI, the component or Java is missing."""
    gcloud = shutil.which("gcloud")
    if not gcloud or not shutil.which("java"):
        return None
    # The CLI is SDK_ROOT/bin/gcloud, or a link to it; wrappers elsewhere have to be asked.
    beside = Path(gcloud).resolve().parents[1] / _PROGRAM
    if beside.exists():
        return beside
    answer = subprocess.run(
        [gcloud, "info", "--format=value(installation.sdk_root)"], capture_output=True, text=True, check=False
    )
    asked = Path(answer.stdout.strip()) / _PROGRAM
    return asked if answer.stdout.strip() and asked.exists() else None


@contextmanager
def running_emulator(program: Path, port: int) -> Iterator[str]:
    """Run the emulator; yields HOST:PORT once it answers."""
    endpoint = f"127.0.0.1:{port}"
    process = subprocess.Popen(
        [program, "--host=127.0.0.1", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        with grpc.insecure_channel(endpoint) as channel:
            grpc.channel_ready_future(channel).result(timeout=_START_SECONDS)
        yield endpoint
    finally:
        process.terminate()
        process.wait()
