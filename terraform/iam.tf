# Who may do what between the stages; within a stage it is in modules/stage and modules/service, and what is optional is in
# its own file. Every role is on one resource.

locals {
  publishes = {
    ingest-store = [local.topics.events, local.topics.outcomes]
    ingest-files = [local.topics.events, local.topics.outcomes, local.topics.files] # to go on with a file in another request
    handle       = [local.topics.signals, local.topics.outcomes]
    forward      = [local.topics.outcomes, "${local.topics.signals}-dead-letter"]
  }

  publications = merge([
    for service, topics in local.publishes : { for topic in topics : "${service} to ${topic}" => { service = service, topic = topic } }
  ]...)

  # Every topic that a service publishes to, as the resource that must exist first.
  made_topics = merge(
    { for stage in module.stage : stage.topic.name => stage.topic },
    { for stage in module.stage : stage.dead_letter_topic.name => stage.dead_letter_topic },
  )

  replays = { for pair in setproduct(keys(local.stages), var.operators) : "${pair[1]} ${pair[0]}" => { stage = pair[0], member = pair[1] } }
}

resource "google_pubsub_topic_iam_member" "publishes" {
  for_each = local.publications

  project = var.project_id
  topic   = local.made_topics[each.value.topic].name
  role    = "roles/pubsub.publisher"
  member  = module.stage[each.value.service].account.member
}

resource "google_pubsub_topic_iam_member" "producer" {
  for_each = var.producers

  project = var.project_id
  topic   = module.stage["ingest-store"].topic.name
  role    = "roles/pubsub.publisher"
  member  = each.key
}

resource "google_pubsub_topic_iam_member" "storage_publishes" {
  project = var.project_id
  topic   = module.stage["ingest-files"].topic.name
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:${local.agents.storage}"
}

# A replay takes dead letters off their subscription and publishes them to the topic they came from.
resource "google_pubsub_subscription_iam_member" "operator_reads" {
  for_each = local.replays

  project      = var.project_id
  subscription = module.stage[each.value.stage].dead_letter_subscription.name
  role         = "roles/pubsub.subscriber"
  member       = each.value.member
}

resource "google_pubsub_topic_iam_member" "operator_publishes" {
  for_each = local.replays

  project = var.project_id
  topic   = module.stage[each.value.stage].topic.name
  role    = "roles/pubsub.publisher"
  member  = each.value.member
}

# They read what is dropped, move it aside, keep the ledger and write reports.
resource "google_storage_bucket_iam_member" "ingest_files" {
  for_each = toset(["ingest-files", "ingest-reports"])

  bucket = google_storage_bucket.drops.name
  role   = "roles/storage.objectUser"
  member = module.stage[each.key].account.member
}

resource "google_storage_bucket_iam_member" "uploader" {
  for_each = var.uploaders

  bucket = google_storage_bucket.drops.name
  role   = "roles/storage.objectCreator"
  member = each.key

  condition {
    title      = "incoming and preview only"
    expression = join(" || ", [for folder in ["incoming", "preview"] : "resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.drops.name}/objects/${folder}/\")"])
  }
}

# Whoever drops a file finds its report, and the rows to mend.
resource "google_storage_bucket_iam_member" "uploader_reads_reports" {
  for_each = var.uploaders

  bucket = google_storage_bucket.drops.name
  role   = "roles/storage.objectViewer"
  member = each.key

  condition {
    title      = "reports only"
    expression = "resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.drops.name}/objects/reports/\")"
  }
}

resource "google_storage_bucket_iam_member" "reads_config" {
  for_each = toset(["ingest-store", "ingest-files", "ingest-reports", "handle"])

  bucket = google_storage_bucket.config.name
  role   = "roles/storage.objectViewer"
  member = module.stage[each.key].account.member
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
