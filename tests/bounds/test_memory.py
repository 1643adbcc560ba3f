"""What an instance may have in work fits into the memory that Terraform gives it, with room to spare."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOM_TO_SPARE = 0.75
SERVICES = {"ingest": "ingest-store", "handle": "handle", "forward": "forward"}


def megabytes(service: str) -> float:
    """Return the memory of a service by Terraform's defaults."""
    sizes = (ROOT / "terraform" / "sizes.tf").read_text(encoding="utf-8")
    (amount, unit), *_ = re.findall(rf'\b{service}\s*=.*memory = "(\d+)(Mi|Gi)"', sizes)
    return int(amount) * {"Mi": 2**20, "Gi": 2**30}[unit] / 1e6


@pytest.mark.parametrize("room", SERVICES)
def test_what_is_in_work_at_most_fits_into_three_quarters_of_the_memory(room: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bounds.memory", room, "small"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    held = json.loads(ran.stdout)
    assert held["refused"] > 0
    assert held["mb"] < ROOM_TO_SPARE * megabytes(SERVICES[room])
