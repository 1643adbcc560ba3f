-- One row an event and dataset: its last outcome. Pub/Sub may write an outcome twice; the latest counts.
SELECT
  outcome.*,
  TIMESTAMP_MILLIS(outcome.received_ms) AS received,
  TIMESTAMP_MILLIS(outcome.decided_ms) AS decided,
  IF(outcome.received_ms > 0, (outcome.decided_ms - outcome.received_ms) / 1000, NULL) AS seconds,
  batch.http_status,
  batch.publish_time
FROM `${dataset}.outcomes` AS batch, UNNEST(batch.outcomes) AS outcome
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY
    outcome.channel, outcome.dataset, outcome.event_name,
    -- What could not be read has no id; its place tells it apart.
    COALESCE(outcome.event_id, TO_JSON_STRING(outcome.origin))
  ORDER BY outcome.decided_ms DESC
) = 1
