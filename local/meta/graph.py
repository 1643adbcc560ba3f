"""The Graph API over HTTP: `POST /{version}/{dataset}/events` in and out of the stand-in."""

import errno
from dataclasses import replace

from flask import Blueprint, Request, Response, request

from local.meta.answers import Answer, failure, new_fbtrace_id
from local.meta.batch import read_form, read_json
from local.meta.errors import GraphError
from local.meta.stand_in import Call, StandIn


def graph(stand_in: StandIn) -> Blueprint:
    """Make the routes of the Graph API. Any other path is answered with Graph's own error."""
    routes = Blueprint("graph", __name__)

    @routes.post("/<version>/<dataset>/events")
    def events(version: str, dataset: str) -> Response:
        return _response(stand_in.answer(_call(request, version, dataset)))

    @routes.route("/<path:path>", methods=["GET", "POST", "DELETE", "PUT"])
    def nothing_here(path: str) -> Response:
        return _response(failure(GraphError(400, 2500, f"Unknown path components: /{path}"), new_fbtrace_id()))

    return routes


def _call(http: Request, version: str, dataset: str) -> Call:
    batch = read_json(http.get_data()) if http.is_json else read_form(http.form)
    token = _bearer(http) or batch.access_token or http.args.get("access_token", "")
    proof = batch.appsecret_proof or http.args.get("appsecret_proof", "")
    batch = replace(batch, access_token=token, appsecret_proof=proof)
    return Call(version, dataset, batch, http.user_agent.string, http.mimetype, http.content_length or 0)


def _bearer(http: Request) -> str:
    scheme, _, token = http.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() in ("bearer", "oauth") else ""


def _response(answer: Answer) -> Response:
    if answer.status == 0:
        return Response(iter(_cut_off, b""))
    return Response(answer.body, answer.status, dict(answer.headers))


def _cut_off() -> bytes:
    """Break the connection off when the first byte is asked for: both servers drop it silently on this error."""
    raise ConnectionResetError(errno.ECONNRESET, "cut on command")
