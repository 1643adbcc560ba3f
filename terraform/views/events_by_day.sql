-- Events by day, channel, dataset, name, verdict and reason, with the time from ingest to the verdict.
-- One look at the partitions and no deduplication, so that a dashboard stays cheap: a redelivery counts again.
SELECT
  DATE(batch.publish_time) AS day,
  outcome.channel,
  outcome.dataset,
  outcome.event_name,
  outcome.stage,
  outcome.verdict,
  outcome.reason,
  COUNT(*) AS events,
  COUNTIF(ARRAY_LENGTH(outcome.warnings) > 0) AS events_with_something_left_out,
  APPROX_QUANTILES(IF(outcome.received_ms > 0, outcome.decided_ms - outcome.received_ms, NULL), 100)[OFFSET(50)] / 1000
    AS seconds_p50,
  APPROX_QUANTILES(IF(outcome.received_ms > 0, outcome.decided_ms - outcome.received_ms, NULL), 100)[OFFSET(99)] / 1000
    AS seconds_p99
FROM `${dataset}.outcomes` AS batch, UNNEST(batch.outcomes) AS outcome
GROUP BY
  -- Spelt out: batch has columns of the same names.
  day, outcome.channel, outcome.dataset, outcome.event_name, outcome.stage, outcome.verdict, outcome.reason
