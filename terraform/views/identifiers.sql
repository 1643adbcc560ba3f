-- Match-key coverage: of the events that Meta accepted, how many carried each piece of customer information.
-- An identifier that none of them carried has no row. For a wider group: SUM(events_with_it) / SUM(events).
WITH
  sent AS (
    SELECT DATE(batch.publish_time) AS day, outcome.channel, outcome.dataset, outcome.event_name, outcome.identifiers
    FROM `${dataset}.outcomes` AS batch, UNNEST(batch.outcomes) AS outcome
    WHERE outcome.verdict = 'sent'
  ),
  totals AS (
    SELECT day, channel, dataset, event_name, COUNT(*) AS events, AVG(ARRAY_LENGTH(identifiers)) AS identifiers_an_event
    FROM sent
    GROUP BY day, channel, dataset, event_name
  ),
  carried AS (
    SELECT day, channel, dataset, event_name, identifier, COUNT(*) AS events_with_it
    FROM sent, UNNEST(sent.identifiers) AS identifier
    GROUP BY day, channel, dataset, event_name, identifier
  )
SELECT
  day,
  channel,
  dataset,
  event_name,
  identifier,
  events_with_it,
  events,
  events_with_it / events AS coverage,
  identifiers_an_event
FROM carried
JOIN totals USING (day, channel, dataset, event_name)
