"""Files of the repository that the package needs and that are no part of a package there: the maps, the Dockerfile.

In a checkout and in the images they stand beside the packages, where people change them; a wheel holds copies.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The folder of the packages: the checkout, ``/srv`` in an image, ``site-packages`` where a wheel is installed."""

_COPIES = Path(__file__).with_name("supplied_files")


def supplied(name: str) -> Path:
    """Return where the file or folder ``name`` of the repository's root is to be read from."""
    return (_COPIES if _COPIES.is_dir() else ROOT) / name
