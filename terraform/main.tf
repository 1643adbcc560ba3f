# The pipeline: event-of-interest and files -> ingest -> events -> handle -> signals -> forward -> Meta; all -> outcomes.

# Names: a part of the pipeline has its own, the deployment's other things begin with the deployment's. With an instance both
# hold it, so that several deployments fit into one project. The longest account id is then Google's longest, 30 characters.
locals {
  prefix = var.instance == "" ? "" : "${var.instance}-"
  name   = var.instance == "" ? "omnicapi" : "omnicapi-${var.instance}"
  title  = var.instance == "" ? "Omni-CAPI" : "Omni-CAPI ${var.instance}"
}

locals {
  topics = {
    event_of_interest = "${local.prefix}event-of-interest"
    files             = "${local.prefix}files"
    events            = "${local.prefix}events"
    signals           = "${local.prefix}signals"
    outcomes          = "${local.prefix}outcomes"
  }

  # What every part shares.
  platform = {
    project_id                  = var.project_id
    prefix                      = local.prefix
    name                        = local.name
    title                       = local.title
    region                      = var.region
    allowed_persistence_regions = length(var.allowed_persistence_regions) > 0 ? var.allowed_persistence_regions : [var.region]
    pubsub_agent                = local.agents.pubsub
    deletion_protection         = var.deletion_protection
    kms_key                     = var.kms_key
    revision                    = var.revision
    vpc                         = var.vpc
    labels                      = var.labels
  }
}

# The identity that pushes carry. It may call the stages' services, start the GA4 job, and do nothing else.
resource "google_service_account" "invoker" {
  project      = var.project_id
  account_id   = "${local.name}-invoker"
  display_name = "${local.title} pushes"

  depends_on = [time_sleep.apis]
}

# Pub/Sub's agent signs the pushes' tokens with it, which in projects made before April 2021 its own role does not let it do.
resource "google_service_account_iam_member" "agent_signs" {
  count = var.agent_signs ? 1 : 0

  service_account_id = google_service_account.invoker.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "serviceAccount:${local.agents.pubsub}"
}

# A stage is a topic, the service that its messages are pushed to, and its dead letters.
locals {
  stages = {
    ingest-store = { topic = local.topics.event_of_interest, image = var.images.ingest, ack_deadline_seconds = 60 }
    ingest-files = { topic = local.topics.files, image = var.images.ingest, ack_deadline_seconds = 600 } # a large file takes minutes
    handle       = { topic = local.topics.events, image = var.images.handle, ack_deadline_seconds = 60 }
    # Of a large file the report takes minutes, too.
    ingest-reports = { topic = local.topics.outcomes, image = var.images.ingest, ack_deadline_seconds = 600 }
    forward = {
      topic                = local.topics.signals
      image                = var.images.forward
      ack_deadline_seconds = 60
      secret_env           = var.secret_settings
      secret_files         = local.token_files
    }
  }
}

module "stage" {
  source   = "./modules/stage"
  for_each = local.stages

  platform             = local.platform
  invoker              = google_service_account.invoker.email
  name                 = each.key
  topic                = each.value.topic
  ack_deadline_seconds = each.value.ack_deadline_seconds
  pushed               = !contains(keys(local.workers), each.key)
  image                = each.value.image
  env                  = local.env[each.key]
  secret_env           = lookup(each.value, "secret_env", {})
  secret_files         = lookup(each.value, "secret_files", {})
  size                 = local.sizes[each.key]

  # Cloud Run refuses to start a service whose secret has no version yet.
  depends_on = [time_sleep.apis, time_sleep.keys, google_secret_manager_secret_version.token]
}
