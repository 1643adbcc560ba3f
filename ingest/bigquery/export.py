"""The export's tables and their rows, as BigQuery gives them (ga4-gtm.md §4.2).

A day has ``events_YYYYMMDD``, which lands once and may change for three days after, and before that, where streaming is
on, ``events_intraday_YYYYMMDD``. Every call of Google's client is made here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from google.api_core.exceptions import BadRequest, Forbidden, GoogleAPIError, NotFound
from google.auth.exceptions import GoogleAuthError
from google.cloud import bigquery
from requests.exceptions import RequestException

from omnicapi.errors import ConfigurationError, TransientError

_TABLE = re.compile(r"events_(?P<intraday>intraday_)?(?P<day>\d{8})")
COLUMNS = (
    "event_name",
    "event_timestamp",
    "event_params",
    "user_id",
    "user_pseudo_id",
    "user_properties",
    "privacy_info",
    "device",
    "app_info",
    "ecommerce",
    "items",
    "platform",
    "stream_id",
    "event_bundle_sequence_id",
    "batch_event_index",
    "batch_page_id",
    "batch_ordering_id",
)
"""What an event is made of and known by; BigQuery charges for each column that is read."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class DayTable:
    """The table to read for one day (``YYYYMMDD``, in the property's time zone)."""

    id: str
    day: str
    intraday: bool


@dataclass(frozen=True)
class RowFilter:
    """Which rows to read: those since a time (Unix seconds, UTC) whose event's name is in ``names``, or is not."""

    since: int
    names: tuple[str, ...]
    only_those: bool

    def where(self) -> str:
        """Return the condition, with the parameters ``@since`` and ``@names``."""
        names = "IN" if self.only_those else "NOT IN"
        return f"event_timestamp >= @since AND event_name {names} UNNEST(@names)"


class Export:
    """One dataset of GA4's export. ``client`` is a ``google.cloud.bigquery.Client``, ``dataset`` its full name.

    Methods raise :class:`~omnicapi.errors.TransientError` where BigQuery does not answer, and
    :class:`~omnicapi.errors.ConfigurationError` where we may not read.
    """

    def __init__(self, client: Any, dataset: str) -> None:
        self._client = client
        self._dataset = dataset.replace(":", ".")

    def tables(self, days: Sequence[str]) -> list[DayTable]:
        """Return a table for each of ``days`` that has one, the oldest day first: the daily one where it has landed."""
        with self._errors():
            names = [item.table_id for item in self._client.list_tables(self._dataset)]
        best: dict[str, DayTable] = {}
        for name in names:
            found = _TABLE.fullmatch(name)
            if found is None or found["day"] not in days:
                continue
            table = DayTable(name, found["day"], found["intraday"] is not None)
            if not table.intraday or table.day not in best:
                best[table.day] = table
        return [best[day] for day in sorted(best)]

    def version(self, table: DayTable) -> str:
        """Return something that changes whenever a daily table does; empty for one that is streamed into."""
        if table.intraday:
            return ""
        with self._errors(table):
            return str(self._client.get_table(f"{self._dataset}.{table.id}").modified)

    def rows(self, table: DayTable, chosen: RowFilter, page: int) -> Iterator[Row]:
        """Yield the table's rows that are chosen, ``page`` of them at a time in memory."""
        with self._errors(table):
            there = {column.name for column in self._client.get_table(f"{self._dataset}.{table.id}").schema}
            columns = ", ".join(column for column in COLUMNS if column in there)
            config = bigquery.QueryJobConfig(
                query_parameters=[
                    bigquery.ScalarQueryParameter("since", "INT64", chosen.since * 1_000_000),
                    bigquery.ArrayQueryParameter("names", "STRING", chosen.names),
                ]
            )
            # The names of dataset and table cannot be parameters; both have been matched against their form.
            query = f"SELECT {columns} FROM `{self._dataset}.{table.id}` WHERE {chosen.where()}"  # noqa: S608
            for row in self._client.query_and_wait(query, job_config=config, page_size=page):
                yield dict(row.items())

    @contextmanager
    def _errors(self, table: DayTable | None = None) -> Iterator[None]:
        """Turn the failures of Google's client into our own errors."""
        try:
            yield
        except NotFound:
            if table is not None:
                raise TransientError(f"{table.id} went away; the next run reads what took its place.") from None
            raise ConfigurationError(
                f"BigQuery has no dataset {self._dataset}; GA4_EXPORT is the one that GA4's admin page links."
            ) from None
        except Forbidden as error:
            if "quotaExceeded" in _reasons(error):
                raise TransientError("BigQuery's quota is used up; the next run goes on where there is some.") from None
            raise ConfigurationError(
                f"The reader may not use {self._dataset}: its service account needs roles/bigquery.dataViewer on it "
                "and roles/bigquery.jobUser in the project."
            ) from None
        except BadRequest as error:
            raise ConfigurationError(f"BigQuery refuses to read {self._dataset} ({_reasons(error)}).") from None
        except (GoogleAPIError, GoogleAuthError, RequestException, ConnectionError) as error:
            raise TransientError(f"BigQuery did not answer ({type(error).__name__}); the next run goes on.") from None


def _reasons(error: GoogleAPIError) -> str:
    """Return BigQuery's words for what is wrong: ``invalidQuery``, ``quotaExceeded``. They hold no data."""
    return ", ".join(str(one.get("reason")) for one in getattr(error, "errors", ()) if isinstance(one, dict))
