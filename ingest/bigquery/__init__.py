"""GA4 without a server container: new rows of its BigQuery export go to topic ``event-of-interest`` (docs/ga4.md)."""
