"""What the image runs, ``python -m handle``: the push service or the pull worker, as the setting ``INTAKE`` says."""

from __future__ import annotations

import os
import sys

from omnicapi.intake.program import become_program

PUSHED = (sys.executable, "-m", "omnicapi.http.serving", "handle.app:create_app()")
PULLS = (sys.executable, "-m", "handle.worker")

if __name__ == "__main__":
    become_program(os.environ, PUSHED, PULLS)
