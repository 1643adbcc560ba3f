"""What an upload says of itself: its name, its metadata and the checksums that its content must have.

Sources: https://cloud.google.com/storage/docs/objects#naming, /quotas#objects, /docs/data-validation.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import google_crc32c

from local.strict_bucket.answers import Refused

MAX_NAME_BYTES = 1024
MAX_METADATA_BYTES = 8192

_BOUNDARY = re.compile(r'boundary="?([^";]+)')


@dataclass
class Upload:
    """An object on its way: where to, under which conditions, and the checksums of what has come so far."""

    bucket: str
    name: str
    conditions: Mapping[str, str]
    expected: dict[str, str]
    received: int = 0
    _md5: Any = field(default_factory=lambda: hashlib.md5(usedforsecurity=False))
    _crc32c: int = 0

    def add(self, start: int, piece: bytes) -> None:
        """Take a piece of the content in; one that came before is passed over."""
        new = piece[self.received - start :] if start <= self.received else b""
        self._md5.update(new)
        self._crc32c = google_crc32c.extend(self._crc32c, new)
        self.received += len(new)

    def check(self) -> None:
        """Raise :class:`Refused` where the content is not what its checksums say."""
        found = {"md5Hash": self._md5.digest(), "crc32c": self._crc32c.to_bytes(4, "big")}
        for kind, value in found.items():
            if kind in self.expected and self.expected[kind] != base64.b64encode(value).decode():
                raise Refused(HTTPStatus.BAD_REQUEST, f"Provided {kind} doesn't match the calculated one.")


def upload(bucket: str, parameters: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> tuple[Upload, bytes]:
    """Return what an upload's first request announces, and the content in it.

    Raises :class:`Refused` where no object can be called so, or can have so much metadata.
    """
    kind = parameters.get("uploadType")
    about: dict[str, Any] = {}
    content = body
    if kind == "multipart":
        about, content = _parts(headers.get("Content-Type", ""), body)
    elif kind == "resumable":
        about, content = (json.loads(body) if body else {}), b""
    name = str(about.get("name") or parameters.get("name") or "")
    check_names(name, about.get("metadata") or {})
    expected = {key: str(about[key]) for key in ("md5Hash", "crc32c") if about.get(key)}
    return Upload(bucket, name, parameters, expected | hashes(headers)), content


def hashes(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the checksums that ``X-Goog-Hash`` and ``Content-MD5`` give, by the names of an object's resource."""
    found = {"md5Hash": headers["Content-MD5"]} if "Content-MD5" in headers else {}
    for part in headers.get("X-Goog-Hash", "").split(","):
        kind, _, value = part.strip().partition("=")
        if value:
            found["md5Hash" if kind == "md5" else kind] = value
    return found


def check_names(name: str, metadata: Mapping[str, str]) -> None:
    """Raise :class:`Refused` for a name that no object can have, and for metadata beyond Cloud Storage's limits."""
    if name in {".", ".."} or "\r" in name or "\n" in name or name.startswith(".well-known/acme-challenge/"):
        raise Refused(HTTPStatus.BAD_REQUEST, "Disallowed unicode characters or words present in object name.")
    if len(name.encode()) > MAX_NAME_BYTES:
        raise Refused(HTTPStatus.BAD_REQUEST, "The maximum object length is 1024 characters.")
    if sum(len(key.encode()) + len(str(value).encode()) for key, value in metadata.items()) > MAX_METADATA_BYTES:
        raise Refused(HTTPStatus.BAD_REQUEST, "The total size of the custom metadata is too large.")


def _parts(content_type: str, body: bytes) -> tuple[dict[str, Any], bytes]:
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise Refused(HTTPStatus.BAD_REQUEST, "Missing boundary of a multipart upload.")
    mark = b"--" + boundary[1].encode()
    _, about, content = body.removesuffix(mark + b"--").removesuffix(mark + b"--\r\n").split(mark, 2)
    return json.loads(about.partition(b"\r\n\r\n")[2]), content.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")
