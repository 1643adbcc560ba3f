-- One row a request to Meta: what to give Meta's support.
SELECT
  fbtrace_id,
  dataset,
  http_status,
  MIN(publish_time) AS published,
  SUM(counts.sent) AS sent,
  SUM(counts.rejected) AS rejected
FROM (
  -- Pub/Sub may write a batch twice.
  SELECT * FROM `${dataset}.outcomes`
  WHERE fbtrace_id IS NOT NULL
  QUALIFY ROW_NUMBER() OVER (PARTITION BY batch_id ORDER BY publish_time) = 1
)
GROUP BY fbtrace_id, dataset, http_status
