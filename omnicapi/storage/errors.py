"""What Google's storage client raises becomes our own errors; each of its calls is inside :func:`storage_errors`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core.exceptions import Forbidden, NotFound, Unauthorized
from google.auth.exceptions import DefaultCredentialsError

from omnicapi.errors import ConfigurationError, TransientError
from omnicapi.storage.documents import NO_CREDENTIALS
from omnicapi.storage.stored import FAILURES

READ, WRITE = "roles/storage.objectViewer", "roles/storage.objectUser"
"""The roles with which an account may read the objects of a bucket, and also write them."""


class ObjectGone(TransientError):
    """The object, or the generation of it that was asked for, is no longer there; looking again tells what is now."""


@contextmanager
def storage_errors(bucket: str, role: str = WRITE) -> Iterator[None]:
    """Turn the failures of Google's client into :class:`ObjectGone` and our own errors.

    ``role`` is what the account needs on ``bucket``: a refusal says so.
    """
    try:
        yield
    except NotFound:
        raise ObjectGone(f"Bucket {bucket}, or the object in it, is not there.") from None
    except (Forbidden, Unauthorized):
        raise ConfigurationError(
            f"Bucket {bucket} refuses this service: its service account needs {role} there."
        ) from None
    except DefaultCredentialsError:
        raise ConfigurationError(NO_CREDENTIALS) from None
    except FAILURES as error:
        raise TransientError(
            f"Bucket {bucket} did not answer ({type(error).__name__}); it will be tried again."
        ) from None
