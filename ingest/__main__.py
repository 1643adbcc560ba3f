"""What the image runs, ``python -m ingest``: the entry point that FUNCTION_TARGET names, or ``store`` as a worker.

The setting ``INTAKE`` says which.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from omnicapi.errors import BadSettings
from omnicapi.intake.program import become_program

PUSHED = (sys.executable, "-m", "omnicapi.http.serving", "ingest.framework:create_app()")
PULLS = (sys.executable, "-m", "ingest.worker")


def main(environ: Mapping[str, str], become: Callable[[str, list[str]], Any] = os.execvp) -> None:
    """Become the process that takes messages in; raises :class:`BadSettings` where there is no worker of the target."""
    if environ.get("INTAKE", "").strip() == "pull" and environ.get("FUNCTION_TARGET", "store") != "store":
        raise BadSettings("The environment cannot be used:\n  INTAKE: only FUNCTION_TARGET=store can pull")
    become_program(environ, PUSHED, PULLS, become)


if __name__ == "__main__":
    main(os.environ)
