"""Refusals in the form in which Cloud Storage gives them."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

_REASONS = {400: "invalid", 404: "notFound", 412: "conditionNotMet", 429: "rateLimitExceeded", 503: "backendError"}


class Refused(Exception):
    """The request is not passed on; ``status`` and the text go to the client."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status

    def response(self) -> web.Response:
        """Return the error as JSON (https://cloud.google.com/storage/docs/json_api/v1/status-codes)."""
        if self.status == HTTPStatus.NOT_MODIFIED:
            return web.Response(status=self.status)
        text, reason = str(self), _REASONS[self.status]
        error = {"domain": "global", "reason": reason, "message": text}
        return web.json_response(
            {"error": {"code": self.status, "message": text, "errors": [error]}}, status=self.status
        )
