# Everything that the services read from their environment. A test compares it with the services' own settings, both ways.

locals {
  config_url = "gs://${google_storage_bucket.config.name}"

  keys_dir = "/keys" # of the collector: each channel's secret is <channel>/keys

  common_settings = {
    GOOGLE_CLOUD_PROJECT = var.project_id
    OUTCOMES_TOPIC       = local.topics.outcomes
  }

  ingest_settings = {
    EVENTS_TOPIC = local.topics.events
    MAPS         = "${local.config_url}/maps"
  }

  forward_settings = {
    SIGNALS_DEAD_LETTER_TOPIC = "${local.topics.signals}-dead-letter"
    META_ACCESS_TOKENS_DIR    = local.tokens_dir
    META_ACCESS_TOKENS_EXPIRE = jsonencode({ for id, about in var.datasets : id => about.token_expires if about.token_expires != null })
  }

  # What the wiring decides. An empty value counts as absent.
  wired_settings = {
    ingest-store = merge(local.ingest_settings, { FUNCTION_TARGET = "store", INTAKE = "push" })
    ingest-files = merge(local.ingest_settings, {
      FUNCTION_TARGET = "files"
      FILES_TOPIC     = local.topics.files
    })
    ingest-reports = merge(local.ingest_settings, { FUNCTION_TARGET = "reports" })
    ingest-collect = merge(local.ingest_settings, {
      FUNCTION_TARGET  = "collect"
      COLLECT_KEYS_DIR = local.keys_dir
      COLLECT_ORIGINS  = try(jsonencode(var.collect.origins), "{}")
      CLIENT_IP_HOP    = local.balanced ? "2" : "1" # the load balancer adds an address of its own
    })
    handle = {
      INTAKE          = "push"
      SIGNALS_TOPIC   = local.topics.signals
      META_DATASET_ID = var.datasets_file == null ? one(keys(var.datasets)) : ""
      DATASETS_FILE   = var.datasets_file == null ? "" : "${local.config_url}/${google_storage_bucket_object.datasets[0].name}"
      CONSENT_FILE    = var.consent_file == null ? "" : "${local.config_url}/${google_storage_bucket_object.consent[0].name}"
    }
    forward = merge(local.forward_settings, { INTAKE = "push" })
    ga4-export = {
      EVENT_OF_INTEREST_TOPIC = local.topics.event_of_interest
      GA4_EXPORT              = var.ga4_export == null ? "" : var.ga4_export.dataset
      GA4_EXPORT_STATE        = var.ga4_export == null ? "" : "gs://${google_storage_bucket.ga4_export["ga4-export"].name}/published"
      MAPS                    = "${local.config_url}/maps"
    }
  }

  # What var.settings may set.
  common_tunable = ["IN_WORK_BYTES", "LOG_LEVEL", "PUBLISH_TIMEOUT"]
  ingest_tunable = concat(local.common_tunable, [
    "EVENTS_ENCODING",
    "MAPS_REFRESH",
    "MAX_CELLS",
    "MAX_PACKING",
    "MAX_PARQUET_MEMORY_BYTES",
    "MAX_SPREADSHEET_BYTES",
    "STORE_LINGER",
    "UNCONFIRMED_MESSAGES",
  ])
  tunable = {
    ingest-store = local.ingest_tunable
    ingest-files = concat(local.ingest_tunable, [
      "FILE_SECONDS",
      "SHARED_FILE_BYTES",
    ])
    ingest-reports = concat(local.ingest_tunable, [
      "REPORTS_LINGER",
      "REPORTS_TIMEOUT",
    ])
    ingest-collect = concat(local.ingest_tunable, [
      "COLLECT_KEYS_REFRESH",
      "COLLECT_MAX_BYTES",
      "COLLECT_WRONG_KEYS",
    ])
    handle = concat(local.common_tunable, [
      "CITY_FORM",
      "COUNTRY_FROM_CURRENCY",
      "COUNTRY_FROM_PHONE",
      "DEFAULT_BIRTHDAYS",
      "DEFAULT_COUNTRY",
      "EXTERNAL_ID_FORM",
      "EXTERNAL_ID_FROM_FBP",
      "EXTERNAL_ID_FROM_GA_CLIENT_ID",
      "FBC_FROM_FBCLID",
      "PHONE_FORM",
      "RELOAD_SECONDS",
      "SIGNALS_ENCODING",
      "ZIP_FORM",
    ])
    forward    = local.forward_tunable
    ga4-export = concat(local.common_tunable, ["CHANNEL", "ROWS_AT_A_TIME", "WINDOW_DAYS"])
  }
  forward_tunable = concat(local.common_tunable, [
    "BATCH_BYTES",
    "BATCH_COUNT",
    "BATCH_LINGER",
    "BATCH_LINGER_UNDER_LOAD",
    "EXTRA_REQUESTS",
    "META_API_URL",
    "META_API_VERSION",
    "META_CONNECT_TIMEOUT",
    "META_PARTNER_AGENT",
    "META_READ_TIMEOUT",
    "META_TEST_EVENT_CODES",
    "PROBE_INTERVAL",
    "REJECTION_RUN",
    "REQUESTS_IN_FLIGHT",
    "REQUESTS_IN_FLIGHT_PER_DATASET",
    "SIGNALS_PENDING",
    "SIGNALS_REMEMBERED",
    "VERDICT_TIMEOUT",
  ])

  # What var.secret_settings may set, of forward and its worker alike. META_ACCESS_TOKEN is not among them: tokens are files, one per dataset.
  secret_tunable = ["META_APP_SECRET", "META_PROXY_URL"]

  # What var.settings may set of a worker alone; beyond that it has its service's settings.
  worker_tunable = ["PULL_BYTES", "PULL_MESSAGES"]

  every_tunable = merge(local.tunable, {
    for service in keys(local.pullable) : "${service}-worker" => concat(local.tunable[service], local.worker_tunable)
  })

  service_env = {
    for service, wired in local.wired_settings :
    service => merge(local.common_settings, wired, lookup(local.throughput.settings, service, {}), lookup(var.settings, service, {}))
  }
  worker_env = {
    for service, subscription in local.pullable : "${service}-worker" => merge(
      local.service_env[service],
      { INTAKE = "pull", (subscription) = "${local.stages[service].topic}-push" },
      lookup(var.settings, "${service}-worker", {}),
    )
  }
  env = merge(local.service_env, local.worker_env)
}
