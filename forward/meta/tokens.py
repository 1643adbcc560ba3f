"""Access tokens by dataset, read again as they change, so that a rotated token needs no deployment.

A Secret Manager volume on Cloud Run shows the newest version at each read; an environment variable stays as it was when
the instance started. So ``META_ACCESS_TOKENS_DIR/<dataset>/token`` wins over ``META_ACCESS_TOKEN``: a directory a
dataset, because a volume holds one secret.
"""

from __future__ import annotations

import re

from omnicapi.errors import ConfigurationError, MetaRefusedUs, MetaUnavailable, TransientError
from omnicapi.settings import Secret
from omnicapi.storage.documents import Documents
from omnicapi.storage.found import MOST_SECRET_BYTES, NoDocument

_is_token = re.compile(r"[!-~]+").fullmatch
"""What may stand in an HTTP header; anything else would make the HTTP library quote the token in its complaint."""


class Tokens:
    """Finds the token of a dataset; reads its file at each call, so a new version counts at once."""

    def __init__(self, default: Secret | None, directory: str = "") -> None:
        self._default = default
        self._directory = directory
        self._documents = Documents()

    def of(self, dataset: str) -> Secret:
        """Return the dataset's token as it is now.

        Raises :class:`MetaRefusedUs` where none can be used, and :class:`MetaUnavailable` where its file is changing.
        """
        token = self._from_file(dataset) or self._default
        if token is None:
            raise MetaRefusedUs(
                f"There is no access token for dataset {dataset}: set META_ACCESS_TOKEN, or mount its secret as "
                f"{dataset}/token in META_ACCESS_TOKENS_DIR."
            )
        if not _is_token(token.reveal()):
            raise MetaRefusedUs(
                f"The access token of dataset {dataset} holds spaces, line breaks or other characters no token has."
            )
        return token

    def _from_file(self, dataset: str) -> Secret | None:
        if not self._directory or not (dataset.isascii() and dataset.isdecimal()):
            return None
        place = f"{self._directory}/{dataset}/token"
        try:
            text = self._documents.content(place, MOST_SECRET_BYTES).decode("utf-8-sig", "replace").strip()
        except NoDocument:
            return None
        except TransientError as error:
            raise MetaUnavailable(str(error)) from None
        except ConfigurationError as error:
            raise MetaRefusedUs(f"The access token of dataset {dataset} cannot be used: {error}") from None
        return Secret(text) if text else None
