"""Google's list prices in US dollars, of tier 1 regions, with their sources; and what is assumed beside them."""

from __future__ import annotations

from dataclasses import dataclass

GIB = 2.0**30
TIB = 2.0**40
MONTH_DAYS = 30
MONTH_SECONDS = MONTH_DAYS * 86_400.0


@dataclass(frozen=True)
class Price:
    """Dollars a unit; the first ``free`` units of a month cost nothing."""

    dollars: float
    free: float = 0.0

    def of(self, used: float) -> float:
        """Return what a month's use costs."""
        return max(0.0, used - self.free) * self.dollars


# cloud.google.com/run/pricing, services with request-based billing: vCPU-seconds, GiB-seconds, requests.
RUN_CPU = Price(0.000024, free=180_000)
RUN_MEMORY = Price(0.0000025, free=360_000)
RUN_REQUESTS = Price(0.40 / 1e6, free=2e6)
# The same page: a minimum instance while no request is open, a vCPU-second and a GiB-second.
RUN_IDLE = Price(0.0000025)
# The same page: worker pools; of memory tier 2's price is known, and it is 1.2 times tier 1's as that of a vCPU.
WORKER_CPU = Price(0.000011244, free=384_204)
WORKER_MEMORY = Price(0.000001235, free=728_744)

# cloud.google.com/pubsub/pricing: bytes published, pushed or pulled; bytes that a BigQuery subscription writes.
PUBSUB = Price(40 / TIB, free=10 * GIB)
PUBSUB_TO_BIGQUERY = Price(50 / TIB)
REQUEST_BYTES = 1000
"""A publish or push request counts at least so many bytes; a push holds one message."""
MESSAGE_BYTES = 20 + 17
"""What each message counts beside data and attributes: its time and the digits of its id."""

# cloud.google.com/bigquery/pricing: logical bytes stored for a month; after 90 days without a change the second price.
BIGQUERY = Price(0.02 / GIB, free=10 * GIB)
BIGQUERY_LONG_TERM = Price(0.01 / GIB)
LONG_TERM_DAYS = 90
# cloud.google.com/storage/pricing: standard storage in one region, bytes for a month.
STORAGE = Price(0.02 / GIB)

# cloud.google.com/stackdriver/pricing: bytes of log entries, kept 30 days.
LOGS = Price(0.50 / GIB, free=50 * GIB)
# cloud.google.com/vpc/network-pricing: bytes to the internet, premium tier, first terabyte.
INTERNET = Price(0.12 / GIB)

# Assumed, because they are not on a list and cannot be measured without a cloud.
REQUEST_ENTRY_BYTES = 1000
"""Cloud Run's own log entry of a request: method, address, sizes, status, latency, trace, the service's labels."""
ENTRY_BYTES = 500
"""What Cloud Logging adds to a line of a service: time, labels of the service, id of the instance."""
PUBLISH_SECONDS = 0.03
"""Pub/Sub's confirmation of a message in the same region."""
META_SECONDS = 0.3
"""Meta's answer."""
TARGET = 0.6
"""The share of an instance's processor and concurrency that Cloud Run's autoscaler aims at."""
ROUNDED_UP_SECONDS = 0.05
"""What rounding up to 100 ms adds, on average, each time an instance has nothing open any more."""
