# Who may do what between the stages; within a stage it is in modules/stage/iam.tf. Every role is on one resource.

locals {
  publishes = {
    "ingest-store to events"         = { member = module.ingest_store.member, topic = module.handle.topic.name }
    "ingest-store to outcomes"       = { member = module.ingest_store.member, topic = google_pubsub_topic.outcomes.name }
    "ingest-files to events"         = { member = module.ingest_files.member, topic = module.handle.topic.name }
    "ingest-files to outcomes"       = { member = module.ingest_files.member, topic = google_pubsub_topic.outcomes.name }
    "handle to signals"              = { member = module.handle.member, topic = module.forward.topic.name }
    "handle to outcomes"             = { member = module.handle.member, topic = google_pubsub_topic.outcomes.name }
    "forward to outcomes"            = { member = module.forward.member, topic = google_pubsub_topic.outcomes.name }
    "forward to signals-dead-letter" = { member = module.forward.member, topic = module.forward.dead_letter_topic.name }
  }

  stages = {
    ingest-store = module.ingest_store
    ingest-files = module.ingest_files
    handle       = module.handle
    forward      = module.forward
  }

  replays = { for pair in setproduct(keys(local.stages), var.operators) : "${pair[1]} ${pair[0]}" => { stage = pair[0], member = pair[1] } }
}

resource "google_pubsub_topic_iam_member" "publishes" {
  for_each = local.publishes

  project = var.project_id
  topic   = each.value.topic
  role    = "roles/pubsub.publisher"
  member  = each.value.member
}

resource "google_pubsub_topic_iam_member" "producer" {
  for_each = var.producers

  project = var.project_id
  topic   = module.ingest_store.topic.name
  role    = "roles/pubsub.publisher"
  member  = each.key
}

resource "google_pubsub_topic_iam_member" "storage_publishes" {
  project = var.project_id
  topic   = module.ingest_files.topic.name
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:${local.storage_agent}"
}

# A replay takes dead letters off their subscription and publishes them to the topic they came from.
resource "google_pubsub_subscription_iam_member" "operator_reads" {
  for_each = local.replays

  project      = var.project_id
  subscription = local.stages[each.value.stage].dead_letter_subscription.name
  role         = "roles/pubsub.subscriber"
  member       = each.value.member
}

resource "google_pubsub_topic_iam_member" "operator_publishes" {
  for_each = local.replays

  project = var.project_id
  topic   = local.stages[each.value.stage].topic.name
  role    = "roles/pubsub.publisher"
  member  = each.value.member
}

# Reads what is dropped, moves it aside and leaves notes.
resource "google_storage_bucket_iam_member" "ingest_files" {
  bucket = google_storage_bucket.drops.name
  role   = "roles/storage.objectUser"
  member = module.ingest_files.member
}

resource "google_storage_bucket_iam_member" "uploader" {
  for_each = var.uploaders

  bucket = google_storage_bucket.drops.name
  role   = "roles/storage.objectCreator"
  member = each.key

  condition {
    title      = "incoming only"
    expression = "resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.drops.name}/objects/incoming/\")"
  }
}

resource "google_storage_bucket_iam_member" "reads_config" {
  for_each = {
    ingest-store = module.ingest_store.member
    ingest-files = module.ingest_files.member
    handle       = module.handle.member
  }

  bucket = google_storage_bucket.config.name
  role   = "roles/storage.objectViewer"
  member = each.value
}

resource "google_storage_bucket_iam_member" "analyst" {
  for_each = var.analysts

  bucket = google_storage_bucket.config.name
  role   = "roles/storage.objectUser"
  member = each.key

  condition {
    title      = "maps only"
    expression = "resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.config.name}/objects/maps/\")"
  }
}

resource "google_bigquery_dataset_iam_member" "analyst" {
  for_each = var.analysts

  project    = var.project_id
  dataset_id = google_bigquery_dataset.omnicapi.dataset_id
  role       = "roles/bigquery.dataViewer"
  member     = each.key
}
