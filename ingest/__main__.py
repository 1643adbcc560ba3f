"""What the image runs, ``python -m ingest``: the entry point that FUNCTION_TARGET names, or ``store`` as a worker.

The setting ``INTAKE`` says which.
"""

from __future__ import annotations

import os
import sys

from omnicapi.intake.program import become_program

PUSHED = ("functions-framework",)
PULLS = (sys.executable, "-m", "ingest.worker")

if __name__ == "__main__":
    become_program(os.environ, PUSHED, PULLS)
