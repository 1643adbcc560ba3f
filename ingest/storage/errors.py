"""What Google's storage client raises becomes our own errors; each of its calls is inside :func:`storage_errors`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core.exceptions import Forbidden, NotFound

from omnicapi.errors import ConfigurationError, TransientError
from omnicapi.stored import FAILURES


class ObjectGone(TransientError):
    """The object, or the generation of it that was asked for, is no longer there; looking again tells what is now."""


@contextmanager
def storage_errors(bucket: str) -> Iterator[None]:
    """Turn the failures of Google's client into :class:`ObjectGone` and our own errors."""
    try:
        yield
    except NotFound:
        raise ObjectGone(f"Bucket {bucket}, or the object in it, is not there.") from None
    except Forbidden:
        raise ConfigurationError(
            f"ingest may not use bucket {bucket}: its service account needs roles/storage.objectUser there."
        ) from None
    except FAILURES as error:
        raise TransientError(
            f"Bucket {bucket} did not answer ({type(error).__name__}); it will be tried again."
        ) from None
