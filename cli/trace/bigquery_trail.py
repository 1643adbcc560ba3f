"""The audit trail of a deployment: the table that the ``outcomes`` topic's BigQuery subscription writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import msgspec

from cli.extras import extra
from omnicapi.errors import BadSettings
from omnicapi.messages import Outcome

TABLE = re.compile(r"^[A-Za-z0-9:_-]+(\.[A-Za-z0-9_-]+){2}$")
"""``project.dataset.table``: a table cannot be a query parameter, so its form is checked."""

QUERY = """
SELECT outcome
FROM `{table}`, UNNEST(outcomes) AS outcome
WHERE @key IN (outcome.event_id, outcome.order_id, outcome.fbtrace_id)
ORDER BY time_ms
"""


class Rows(Protocol):
    """Runs one parameterised query; a row holds the struct ``outcome``."""

    def __call__(self, query: str, key: str) -> Iterable[Mapping[str, Any]]:
        """Return the rows of ``query`` with ``@key`` set."""
        ...


class BigQueryTrail:
    """Finds outcomes in a deployment's table."""

    def __init__(self, table: str, rows: Rows) -> None:
        if not TABLE.match(table):
            raise BadSettings(f"--table must be project.dataset.table; {table!r} is not.")
        self._query = QUERY.format(table=table)
        self._rows = rows

    def find(self, key: str) -> Iterator[Outcome]:
        """Yield the outcomes whose event id, order id or fbtrace_id is ``key``, oldest first."""
        for row in self._rows(self._query, key):
            yield msgspec.convert(_without_nulls(row["outcome"]), Outcome, strict=False)


def _without_nulls(value: Any) -> Any:
    """Leave out what BigQuery fills with NULL, so that absent fields take their defaults."""
    if isinstance(value, Mapping):
        return {name: _without_nulls(part) for name, part in value.items() if part is not None}
    return value


def bigquery_rows() -> Rows:
    """Return a runner of queries with the caller's own Google credentials.

    Raises :class:`~cli.extras.MissingExtra` where the library is not installed: only this command needs it.
    """
    with extra("bigquery", "Tracing in BigQuery"):
        import google.cloud.bigquery as bigquery  # noqa: PLC0415, PLR0402 - an extra; a namespace package hides it from `from`
    client = bigquery.Client()

    def run(query: str, key: str) -> Iterable[Mapping[str, Any]]:
        parameters = [bigquery.ScalarQueryParameter("key", "STRING", key)]
        rows: Iterable[Mapping[str, Any]] = client.query_and_wait(
            query, job_config=bigquery.QueryJobConfig(query_parameters=parameters)
        )
        return rows

    return run
