"""As much of BigQuery's REST API as the reader's client uses: tables, and the reader's one query, page by page."""

from __future__ import annotations

import itertools
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

Row = dict[str, Any]

_VALUE = [
    {"name": n, "type": t}
    for n, t in (
        ("string_value", "STRING"),
        ("int_value", "INTEGER"),
        ("float_value", "FLOAT"),
        ("double_value", "FLOAT"),
    )
]
_PARAMS = [{"name": "key", "type": "STRING"}, {"name": "value", "type": "RECORD", "fields": _VALUE}]
SCHEMA: list[dict[str, Any]] = [
    {"name": "event_name", "type": "STRING"},
    {"name": "event_timestamp", "type": "INTEGER"},
    {"name": "event_params", "type": "RECORD", "mode": "REPEATED", "fields": _PARAMS},
    {"name": "user_pseudo_id", "type": "STRING"},
    {"name": "privacy_info", "type": "RECORD", "fields": [{"name": "ads_storage", "type": "STRING"}]},
    {
        "name": "ecommerce",
        "type": "RECORD",
        "fields": [{"name": "transaction_id", "type": "STRING"}, {"name": "purchase_revenue", "type": "FLOAT"}],
    },
    {"name": "batch_event_index", "type": "INTEGER"},
    {"name": "geo", "type": "RECORD", "fields": [{"name": "country", "type": "STRING"}]},
]
_QUERY = re.compile(
    r"SELECT (?P<columns>[\w, ]+) FROM `project\.analytics_1\.(?P<table>\w+)` "
    r"WHERE event_timestamp >= @since AND event_name (?P<negated>NOT )?IN UNNEST\(@names\)"
)


class BigQuery:
    """A dataset ``project.analytics_1`` whose tables a test fills and changes."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = {}
        self.modified: dict[str, int] = {}
        self.queries: list[str] = []
        self.refusal: int | None = None
        self.reason = "x"
        self._clock = itertools.count(1_795_435_200_000)
        self._results: dict[str, tuple[list[dict[str, Any]], list[Row]]] = {}
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                stand_in._answer(self, {})

            def do_POST(self) -> None:
                stand_in._answer(self, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def client(self) -> bigquery.Client:
        address = f"http://127.0.0.1:{self._server.server_port}"
        anonymous: Any = AnonymousCredentials
        return bigquery.Client("project", anonymous(), client_options={"api_endpoint": address})

    def fill(self, table: str, rows: list[Row]) -> None:
        self.tables[table] = rows
        self.modified[table] = next(self._clock)

    def _answer(self, request: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        address = urlsplit(request.path)
        arguments = {name: values[-1] for name, values in parse_qs(address.query).items()}
        status, answer = (self.refusal, {}) if self.refusal else self._route(address.path, arguments, body)
        data = json.dumps(
            answer or {"error": {"code": status, "message": "no", "errors": [{"reason": self.reason}]}}
        ).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def _route(self, path: str, arguments: dict[str, str], body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        *_, kind, last = path.split("/")
        if path.endswith("/datasets/analytics_1/tables"):
            return 200, {"tables": [{"tableReference": _reference(table)} for table in self.tables]}
        if kind == "tables" and last in self.tables:
            schema = {"fields": SCHEMA}
            return 200, {
                "tableReference": _reference(last),
                "schema": schema,
                "lastModifiedTime": str(self.modified[last]),
            }
        if last == "queries":
            return self._query(body)
        if kind == "queries":
            return 200, self._page(last, arguments)
        if kind == "jobs":
            return 200, {
                **_job(last),
                "status": {"state": "DONE"},
                "configuration": {"query": {"query": "", "destinationTable": _reference("anonymous")}},
            }
        return 404, {}

    def _query(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.queries.append(body["query"])
        asked = _QUERY.fullmatch(body["query"])
        assert asked is not None, body["query"]
        if asked["table"] not in self.tables:
            return 404, {}
        since, names = (parameter["parameterValue"] for parameter in body["queryParameters"])
        listed = {value["value"] for value in names.get("arrayValues", [])}
        rows = [
            row
            for row in self.tables[asked["table"]]
            if int(row["event_timestamp"]) >= int(since["value"])
            and (row["event_name"] in listed) != bool(asked["negated"])
        ]
        schema = [column for column in SCHEMA if column["name"] in asked["columns"].split(", ")]
        job = f"job{len(self._results)}"
        self._results[job] = (schema, rows)
        return 200, self._page(job, {"maxResults": str(body.get("maxResults", 1000))})

    def _page(self, job: str, arguments: dict[str, str]) -> dict[str, Any]:
        schema, rows = self._results[job]
        start, size = int(arguments.get("pageToken", "0")), int(arguments.get("maxResults", "1000"))
        page = [{"f": _cells(row, schema)} for row in rows[start : start + size]]
        more = {"pageToken": str(start + size)} if start + size < len(rows) else {}
        return {
            **_job(job),
            "jobComplete": True,
            "schema": {"fields": schema},
            "totalRows": str(len(rows)),
            "rows": page,
            **more,
        }


def _job(job: str) -> dict[str, Any]:
    return {"jobReference": {"projectId": "project", "jobId": job, "location": "EU"}}


def _reference(table: str) -> dict[str, str]:
    return {"projectId": "project", "datasetId": "analytics_1", "tableId": table}


def _cells(row: Row, fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write a record as BigQuery does: values by position, INT64 and FLOAT64 as texts."""
    return [{"v": _cell(row.get(field["name"]), field)} for field in fields]


def _cell(value: Any, field: dict[str, Any]) -> Any:
    if field.get("mode") == "REPEATED":
        return [{"v": _cell(one, {**field, "mode": "NULLABLE"})} for one in value or []]
    if value is None:
        return None
    return {"f": _cells(value, field["fields"])} if field["type"] == "RECORD" else str(value)
