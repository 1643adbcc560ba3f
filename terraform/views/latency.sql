-- How long Meta's verdict took, by hour: from publishing, of a file from reading its row (seconds_…), and from the event
-- itself (hours_…).
-- Meta takes most events for seven days after they happened, so a high hours_p99 of files is a warning.
SELECT
  TIMESTAMP_TRUNC(batch.publish_time, HOUR) AS hour,
  outcome.channel,
  outcome.dataset,
  COUNT(*) AS events,
  APPROX_QUANTILES(outcome.decided_ms - outcome.received_ms, 100)[OFFSET(50)] / 1000 AS seconds_p50,
  APPROX_QUANTILES(outcome.decided_ms - outcome.received_ms, 100)[OFFSET(95)] / 1000 AS seconds_p95,
  APPROX_QUANTILES(outcome.decided_ms - outcome.received_ms, 100)[OFFSET(99)] / 1000 AS seconds_p99,
  MAX(outcome.decided_ms - outcome.received_ms) / 1000 AS seconds_max,
  APPROX_QUANTILES(outcome.decided_ms - outcome.event_time * 1000, 100)[OFFSET(50)] / 3600000 AS hours_p50,
  APPROX_QUANTILES(outcome.decided_ms - outcome.event_time * 1000, 100)[OFFSET(99)] / 3600000 AS hours_p99
FROM `${dataset}.outcomes` AS batch, UNNEST(batch.outcomes) AS outcome
WHERE outcome.verdict = 'sent' AND outcome.received_ms > 0
GROUP BY hour, outcome.channel, outcome.dataset
