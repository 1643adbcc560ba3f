"""What the image runs, ``python -m forward``: the push service or the pull worker, as the setting ``INTAKE`` says."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from forward.settings import ForwardSettings
from omnicapi.intake.program import become_program
from omnicapi.settings import load

PUSHED = (sys.executable, "-m", "omnicapi.http.serving", "forward.app:create_app()")
PULLS = (sys.executable, "-m", "forward.worker")


def main(environ: Mapping[str, str], become: Callable[[str, list[str]], Any] = os.execvp) -> None:
    """Become the process that takes signals in.

    Raises :class:`~omnicapi.errors.BadSettings` where the environment cannot be used.
    """
    load(ForwardSettings, environ)
    become_program(environ, PUSHED, PULLS, become)


if __name__ == "__main__":
    main(os.environ)
