# The pipeline: event-of-interest and files -> ingest -> events -> handle -> signals -> forward -> Meta; all -> outcomes.

locals {
  topics = {
    event_of_interest = "event-of-interest"
    files             = "files"
    events            = "events"
    signals           = "signals"
    outcomes          = "outcomes"
  }

  persistence_regions = length(var.allowed_persistence_regions) > 0 ? var.allowed_persistence_regions : [var.region]

  # Made of the number and not looked up, so that a plan reads nothing it could find changed.
  pubsub_agent  = "service-${var.project_number}@gcp-sa-pubsub.iam.gserviceaccount.com"
  storage_agent = "service-${var.project_number}@gs-project-accounts.iam.gserviceaccount.com"
}

# The identity that pushes carry. It may call the four services and do nothing else.
resource "google_service_account" "invoker" {
  project      = var.project_id
  account_id   = "omnicapi-invoker"
  display_name = "Omni-CAPI pushes"

  depends_on = [google_project_service.api]
}

module "ingest_store" {
  source = "./modules/stage"

  name                 = "ingest-store"
  topic                = local.topics.event_of_interest
  ack_deadline_seconds = 60
  image                = var.images.ingest
  env                  = local.env.ingest-store
  size                 = local.sizes.ingest-store

  project_id                  = var.project_id
  region                      = var.region
  allowed_persistence_regions = local.persistence_regions
  pubsub_agent                = local.pubsub_agent
  invoker                     = google_service_account.invoker.email
  deletion_protection         = var.deletion_protection
  labels                      = var.labels

  depends_on = [google_project_service.api]
}

module "ingest_files" {
  source = "./modules/stage"

  name                 = "ingest-files"
  topic                = local.topics.files
  ack_deadline_seconds = 600 # a large file takes minutes
  image                = var.images.ingest
  env                  = local.env.ingest-files
  size                 = local.sizes.ingest-files

  project_id                  = var.project_id
  region                      = var.region
  allowed_persistence_regions = local.persistence_regions
  pubsub_agent                = local.pubsub_agent
  invoker                     = google_service_account.invoker.email
  deletion_protection         = var.deletion_protection
  labels                      = var.labels

  depends_on = [google_project_service.api]
}

module "handle" {
  source = "./modules/stage"

  name                 = "handle"
  topic                = local.topics.events
  ack_deadline_seconds = 60
  image                = var.images.handle
  env                  = local.env.handle
  size                 = local.sizes.handle

  project_id                  = var.project_id
  region                      = var.region
  allowed_persistence_regions = local.persistence_regions
  pubsub_agent                = local.pubsub_agent
  invoker                     = google_service_account.invoker.email
  deletion_protection         = var.deletion_protection
  labels                      = var.labels

  depends_on = [google_project_service.api]
}

module "forward" {
  source = "./modules/stage"

  name                 = "forward"
  topic                = local.topics.signals
  ack_deadline_seconds = 60
  image                = var.images.forward
  env                  = local.env.forward
  secret_env           = var.secret_settings
  secret_files         = local.token_files
  size                 = local.sizes.forward

  project_id                  = var.project_id
  region                      = var.region
  allowed_persistence_regions = local.persistence_regions
  pubsub_agent                = local.pubsub_agent
  invoker                     = google_service_account.invoker.email
  deletion_protection         = var.deletion_protection
  labels                      = var.labels

  # Cloud Run refuses to start a service whose secret has no version yet.
  depends_on = [google_project_service.api, google_secret_manager_secret_version.token]
}
