"""The permissions of a server template: which API needs which, and what one allows (PERM of the Tag Manager pages)."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

REQUIRED_BY: dict[str, str | None] = {
    "JSON": None,
    "Math": None,
    "Object": None,
    "Promise": None,
    "encodeUriComponent": None,
    "decodeUriComponent": None,
    "fromBase64": None,
    "generateRandom": None,
    "getTimestampMillis": None,
    "getType": None,
    "makeInteger": None,
    "makeNumber": None,
    "makeString": None,
    "sha256Sync": None,
    "toBase64": None,
    "getAllEventData": "read_event_data",
    "getEventData": "read_event_data",
    "getClientName": "read_container_data",
    "getContainerVersion": "read_container_data",
    "getCookieValues": "get_cookies",
    "getGoogleAuth": "use_google_credentials",
    "getRemoteAddress": "read_request",
    "getRequestHeader": "read_request",
    "logToConsole": "logging",
    "sendHttpRequest": "send_http",
}
"""Every API that the sandbox of these tests has, with the permission it needs."""


class Permissions:
    """What a template's ``___SERVER_PERMISSIONS___`` allow."""

    def __init__(self, section: list[dict[str, Any]]) -> None:
        self._granted = {
            entry["instance"]["key"]["publicId"]: {
                param["key"]: _decoded(param["value"]) for param in entry["instance"]["param"]
            }
            for entry in section
        }

    @property
    def names(self) -> set[str]:
        """The permissions that are asked for."""
        return set(self._granted)

    def refusal(self, permission: str, detail: Any) -> str:
        """Say why a call is not allowed; empty where it is."""
        granted = self._granted.get(permission)
        if granted is None:
            return f"The template does not have the permission {permission}."
        return "" if _ALLOWS[permission](granted, detail) else f"{permission} does not allow {detail!r}."


def _decoded(value: dict[str, Any]) -> Any:
    """Decode the editor's typed values: 1 text, 2 list, 3 map, 8 boolean."""
    kind = value["type"]
    if kind == 2:
        return [_decoded(item) for item in value["listItem"]]
    if kind == 3:
        return dict(zip(map(_decoded, value["mapKey"]), map(_decoded, value["mapValue"]), strict=True))
    return value["string"] if kind == 1 else value["boolean"]


def _may_read_request(granted: dict[str, Any], wanted: dict[str, Any]) -> bool:
    if granted["requestAccess"] == "any":
        return True
    if "remoteAddress" in wanted:
        return bool(granted.get("remoteAddressAllowed"))
    names = [row["headerName"].casefold() for row in granted.get("headerWhitelist", [])]
    return bool(granted.get("headersAllowed")) and (
        granted.get("headerAccess") == "any" or wanted["header"].casefold() in names
    )


def _may_log(granted: dict[str, Any], container: dict[str, Any]) -> bool:
    return bool(granted["environments"] == "all" or container["debugMode"] or container["previewMode"])


_ALLOWS = {
    "read_event_data": lambda granted, _: granted["eventDataAccess"] == "any",
    "read_container_data": lambda _granted, _: True,
    "get_cookies": lambda granted, name: granted["cookieAccess"] == "any" or name in granted["cookieNames"],
    "use_google_credentials": lambda granted, scopes: set(scopes) <= set(granted["allowedScopes"]),
    "send_http": lambda granted, url: (
        granted["allowedUrls"] == "any" or any(fnmatchcase(url, pattern) for pattern in granted["urls"])
    ),
    "read_request": _may_read_request,
    "logging": _may_log,
}
