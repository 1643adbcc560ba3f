# What the deployment is; how the services behave beyond that is in var.settings and var.service_sizes.

variable "project_id" {
  description = "Project that holds everything. A project of its own keeps roles and bills apart."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id is the project's id (my-project-123), not its name or number."
  }
}

variable "project_number" {
  description = "Number of the project, which names Google's service agents: gcloud projects describe PROJECT --format='value(projectNumber)'."
  type        = string

  validation {
    condition     = can(regex("^[0-9]+$", var.project_number))
    error_message = "project_number is all digits: gcloud projects describe PROJECT --format='value(projectNumber)'."
  }
}

variable "region" {
  description = "Region of the services, the bucket and the tables: europe-west1, southamerica-east1, …"
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region is a single region such as europe-west1, neither a zone (europe-west1-b) nor a multi-region (EU)."
  }
}

variable "instance" {
  description = "Tells several deployments of one project apart: at most 6 small letters that every name then holds. Choose at the first apply: with another one everything is made anew, and what waits or is kept stays under the old names. Empty: no such mark."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{0,6}$", var.instance))
    error_message = "instance is at most 6 small letters, because the name of an account has room for no more."
  }
}

variable "allowed_persistence_regions" {
  description = "Regions where Pub/Sub may store messages; empty means only var.region."
  type        = list(string)
  default     = []
}

variable "kms_key" {
  description = "Key of your own that encrypts topics, buckets, secrets, outcomes, images and services; null: Google's keys. Choose at the first apply: a change later makes some of these anew."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key == null ? true : can(regex("^projects/[^/]+/locations/${var.region}/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key))
    error_message = "kms_key is projects/…/locations/${var.region}/keyRings/…/cryptoKeys/…: a key in the deployment's own region, without a version."
  }
}

variable "vpc" {
  description = "Network and subnetwork that the services send everything through, the calls to Meta too (it needs Cloud NAT for those); null: straight to the internet."
  type        = object({ network = string, subnetwork = string })
  default     = null

  validation {
    condition     = var.vpc == null ? true : alltrue([for id in values(var.vpc) : can(regex("^projects/[^/]+/", id))])
    error_message = "vpc names both in full: projects/…/global/networks/… and projects/…/regions/…/subnetworks/…."
  }
}

variable "images" {
  description = "The three container images, each with its digest. docs/deploy.md says how they are built."
  type = object({
    ingest  = string
    handle  = string
    forward = string
  })

  validation {
    condition     = alltrue([for image in values(var.images) : can(regex("@sha256:[0-9a-f]{64}$", image))])
    error_message = "Each image is named by digest (…/ingest@sha256:…): a tag can be moved, and then nobody can say what runs."
  }
}

variable "revision" {
  description = "Any text; another one makes new revisions of services and workers out of the same images and settings: after one that could not start for a cause outside of Terraform, such as a secret without a version."
  type        = string
  default     = null
}

variable "datasets" {
  description = "Meta datasets by id. token_version is any text; change it whenever meta_access_tokens holds a new token. null: the token's version is added outside Terraform, before the services are made (docs/deploy.md). token_expires is the token's last day, 2027-01-31, where it has one: an alert comes 30 days before. token_of: another of these datasets, where both have one token, a system user's."
  type        = map(object({ token_version = optional(string), token_expires = optional(string), token_of = optional(string) }))

  validation {
    condition     = length(var.datasets) > 0 && alltrue([for id in keys(var.datasets) : can(regex("^[0-9]+$", id))])
    error_message = "datasets needs at least one dataset, named by its id from Events Manager, which is all digits."
  }

  validation {
    condition     = alltrue([for about in values(var.datasets) : about.token_expires == null ? true : can(regex("^\\d{4}-\\d{2}-\\d{2}$", about.token_expires)) && can(timeadd("${about.token_expires}T00:00:00Z", "0s"))])
    error_message = "token_expires is a day that exists, written year-month-day: 2027-01-31."
  }

  validation {
    condition     = alltrue([for about in values(var.datasets) : about.token_of == null ? true : about.token_version == null && try(var.datasets[about.token_of].token_of, "none") == null])
    error_message = "token_of is another of the datasets, one that has a token of its own; then token_version is that one's alone."
  }
}

variable "meta_access_tokens" {
  description = "Access token by dataset id, for the datasets that have a token_version. Never stored in the state: give it as TF_VAR_meta_access_tokens."
  type        = map(string)
  default     = {}
  ephemeral   = true
  sensitive   = true
}

variable "datasets_file" {
  description = "Path of the datasets file, which routes events where there are several datasets (docs/schema/datasets.json)."
  type        = string
  default     = null

  validation {
    condition     = var.datasets_file != null || length(var.datasets) == 1
    error_message = "With several datasets, datasets_file must say which events go to which."
  }

  validation {
    condition     = var.datasets_file == null ? true : can(jsondecode(file(var.datasets_file)))
    error_message = "datasets_file is not a JSON file that can be read."
  }

  validation {
    condition = var.datasets_file == null ? true : length(setsubtract(
      try(keys(jsondecode(file(var.datasets_file)).datasets), []), keys(var.datasets)
    )) == 0
    error_message = "datasets_file routes to datasets that datasets lacks, so that forward would have no token for them."
  }
}

variable "consent_file" {
  description = "Path of the consent policy (docs/schema/consent.json); null applies the built-in one."
  type        = string
  default     = null

  validation {
    condition     = var.consent_file == null ? true : can(jsondecode(file(var.consent_file)))
    error_message = "consent_file is not a JSON file that can be read."
  }
}

variable "maps_dir" {
  description = "Directory whose maps are put into the bucket at first; afterwards the bucket's own count. null: this repository's."
  type        = string
  default     = null

  validation {
    condition     = length(setsubtract(fileset(coalesce(var.maps_dir, "${path.module}/../maps"), "*.json"), ["schema.json"])) > 0
    error_message = "There are no maps (*.json) in ${coalesce(var.maps_dir, "${path.module}/../maps")}, so that no event could be read. Say where they are in maps_dir, or name the module by a relative path: of an absolute one Terraform copies the folder alone, without the maps beside it."
  }
}

variable "settings" {
  description = "Further settings by service and environment variable: { forward = { BATCH_LINGER = \"0.5\" } }. The names are in settings.tf."
  type        = map(map(string))
  default     = {}

  validation {
    condition = alltrue([
      for service, values in var.settings : length(setsubtract(keys(values), lookup(local.every_tunable, service, []))) == 0
    ])
    error_message = "settings names a service or a variable that cannot be set: ${jsonencode({
      for service, values in var.settings :
      service => setsubtract(keys(values), lookup(local.every_tunable, service, []))
    })}. What can be set is in settings.tf."
  }
}

variable "secret_settings" {
  description = "Settings of forward whose values are secrets: META_APP_SECRET, META_PROXY_URL, each with the id of an existing secret of this project."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.secret_settings), local.secret_tunable)) == 0
    error_message = "secret_settings takes META_APP_SECRET and META_PROXY_URL only."
  }
}

variable "service_sizes" {
  description = "Sizes that differ from those in sizes.tf and throughput.tf, by service. billing: request (paid while a request is open) or instance (paid while an instance runs, at a lower price: cheaper for what is never idle)."
  type = map(object({
    billing       = optional(string)
    concurrency   = optional(number)
    cpu           = optional(string)
    memory        = optional(string)
    min_instances = optional(number)
    max_instances = optional(number)
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.service_sizes), keys(local.default_sizes))) == 0
    error_message = "service_sizes knows ${join(", ", keys(local.default_sizes))}."
  }

  validation {
    condition     = alltrue([for size in values(var.service_sizes) : size.concurrency == null ? true : size.concurrency >= 1 && size.concurrency <= 1000])
    error_message = "concurrency is between 1 and 1000, Cloud Run's limit."
  }

  validation {
    condition     = alltrue([for size in values(var.service_sizes) : size.billing == null ? true : contains(["request", "instance"], size.billing)])
    error_message = "billing is request or instance."
  }
}

variable "collect" {
  description = "The HTTP collector, for producers that cannot publish (docs/sources.md). keys: by channel the id of an existing secret with its keys; origins: by channel the pages whose browsers may send without one; callers: who may call with a Google identity; public: whether anybody may call, so that keys and origins alone decide; public_by_grant: whether that is said by a grant to allUsers, which organisations often forbid (iam.allowedPolicyMemberDomains), instead of no check of callers, which few do (run.managed.requireInvokerIam); domain: a load balancer with Cloud Armor before it, which lets one address send so many requests_per_minute. null: none."
  type = object({
    keys                = optional(map(string), {})
    origins             = optional(map(list(string)), {})
    callers             = optional(set(string), [])
    public              = optional(bool, false)
    public_by_grant     = optional(bool, false)
    domain              = optional(string)
    requests_per_minute = optional(number, 600)
  })
  default = null

  validation {
    condition     = var.collect == null ? true : alltrue([for channel in concat(keys(var.collect.keys), keys(var.collect.origins)) : can(regex("^[a-z0-9][a-z0-9_-]{0,62}$", channel))])
    error_message = "collect.keys and collect.origins are by channel: at most 63 small letters, digits, _ and -."
  }

  validation {
    condition     = var.collect == null ? true : alltrue([for page in flatten(values(var.collect.origins)) : can(regex("^https://[^/*]+$", page))])
    error_message = "collect.origins are written https://www.shop.example: no path, no *."
  }

  validation {
    condition     = var.collect == null ? true : length(var.collect.keys) + length(var.collect.origins) > 0
    error_message = "collect needs keys or origins: without either it would refuse every event."
  }

  validation {
    condition     = var.collect == null ? true : alltrue([for member in var.collect.callers : can(regex("^(serviceAccount|group|user|principal|principalSet):", member))])
    error_message = "collect.callers are written serviceAccount:…, group:…, user:…, principal:… or principalSet:…; to let anybody call, say public = true."
  }

  validation {
    condition     = try(var.collect.domain, null) == null ? true : var.collect.public && can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.collect.domain))
    error_message = "collect.domain is a name such as collect.shop.example, and needs public = true: a load balancer brings no Google identity along."
  }

  validation {
    condition     = var.collect == null ? true : var.collect.public || !var.collect.public_by_grant
    error_message = "collect.public_by_grant says how a collector is public: say public = true as well."
  }

  validation {
    condition     = var.collect == null ? true : var.collect.requests_per_minute >= 1
    error_message = "collect.requests_per_minute is at least 1."
  }
}

variable "throughput" {
  description = "How many single events come: occasional (files, lists, now and then one), steady (all day, at the least cost, a second later), high (a thousand a second and more). It sets what is pushed and what is pulled, how long events are gathered, and sizes; throughput.tf has the parts, each of which can be set by itself."
  type        = string
  default     = "occasional"

  validation {
    condition     = contains(keys(local.throughputs), var.throughput)
    error_message = "throughput is one of ${join(", ", keys(local.throughputs))}."
  }
}

variable "workers" {
  description = "Worker pools that pull instead of having messages pushed (docs/operations/scaling.md), by service (ingest-store, handle, forward): so many instances, always on and always billed. They add to those of throughput, or change them; null: pushed all the same, which scales by itself and to zero."
  type = map(object({
    instances = optional(number, 1)
    cpu       = optional(string, "1")
    memory    = optional(string, "1Gi")
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.workers), keys(local.pullable))) == 0
    error_message = "workers knows ${join(", ", keys(local.pullable))}."
  }

  validation {
    condition     = alltrue([for size in values(var.workers) : size == null ? true : size.instances >= 1 && floor(size.instances) == size.instances])
    error_message = "instances of workers are a whole number of at least 1; to have messages pushed again set the worker to null."
  }
}

variable "ga4_export" {
  description = "A job that publishes new rows of GA4's BigQuery export: the export's dataset, the image ga4-export by digest, and when to run in UTC, as cron writes it: hourly for a streaming export, once a day else. null: none."
  type = object({
    dataset  = string
    image    = string
    schedule = optional(string, "17 * * * *")
  })
  default = null

  validation {
    condition     = var.ga4_export == null ? true : can(regex("^[a-z][a-z0-9-]+\\.[A-Za-z0-9_]+$", var.ga4_export.dataset))
    error_message = "ga4_export.dataset is written project.analytics_123456789."
  }

  validation {
    condition     = var.ga4_export == null ? true : can(regex("@sha256:[0-9a-f]{64}$", var.ga4_export.image))
    error_message = "ga4_export.image is named by digest (…/ga4-export@sha256:…)."
  }
}

variable "build" {
  description = "Triggers in Cloud Build (docs/operations/builds.md): what is pushed to branch of a connected repository is tested, built and planned, and the plan applied once one of approvers has agreed. state_bucket: where the state and terraform.tfvars are, PROJECT-terraform unless said; refresh: whether a plan compares with what there is, sbom: whether images get a bill of materials, both of which take roles of the project for the builder. null: no triggers."
  type = object({
    repository   = string
    branch       = optional(string, "main")
    approvers    = optional(set(string), [])
    state_bucket = optional(string)
    refresh      = optional(bool, false)
    sbom         = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.build == null ? true : can(regex("^projects/[^/]+/locations/${var.region}/connections/[^/]+/repositories/[^/]+$", var.build.repository))
    error_message = "build.repository is projects/…/locations/${var.region}/connections/…/repositories/…: one that is connected to Cloud Build (2nd generation) in the deployment's own region, no address. gcloud builds repositories list tells."
  }

  validation {
    condition     = var.build == null ? true : can(regex("^[A-Za-z0-9][A-Za-z0-9._/-]*$", var.build.branch))
    error_message = "build.branch is the name of one branch, such as main: no pattern, because the steps of an apply are read from it, too."
  }

  validation {
    condition     = var.build == null ? true : alltrue([for member in var.build.approvers : can(regex("^(group|user|principal|principalSet):", member))])
    error_message = "build.approvers are people, written group:…, user:…, principal:… or principalSet:…: a plan is there to be read."
  }

  validation {
    condition     = try(var.build.state_bucket, null) == null ? true : can(regex("^[a-z0-9][a-z0-9._-]+$", var.build.state_bucket))
    error_message = "build.state_bucket is the bucket's name alone, as in terraform init -backend-config=bucket=…: no gs://, no folder."
  }
}

variable "producers" {
  description = "Who may publish events of interest: serviceAccount:…, group:…"
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.producers : can(regex("^(serviceAccount|group|user|principal|principalSet):", member))])
    error_message = "producers are written serviceAccount:…, group:…, user:…, principal:… or principalSet:…; allUsers is never one."
  }
}

variable "uploaders" {
  description = "Who may drop files under incoming/, and nothing else of the bucket."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.uploaders : can(regex("^(serviceAccount|group|user|principal|principalSet):", member))])
    error_message = "uploaders are written serviceAccount:…, group:…, user:…, principal:… or principalSet:…; allUsers is never one."
  }
}

variable "operators" {
  description = "Who may look at dead letters and replay them."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.operators : can(regex("^(serviceAccount|group|user|principal|principalSet):", member))])
    error_message = "operators are written serviceAccount:…, group:…, user:…, principal:… or principalSet:…; allUsers is never one."
  }
}

variable "analysts" {
  description = "Who may change maps and read the outcomes."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.analysts : can(regex("^(serviceAccount|group|user|principal|principalSet):", member))])
    error_message = "analysts are written serviceAccount:…, group:…, user:…, principal:… or principalSet:…; allUsers is never one."
  }
}

variable "alert_emails" {
  description = "Addresses that alerts are sent to."
  type        = set(string)
  default     = []
}

variable "alert_channels" {
  description = "Existing notification channels that alerts go to as well: Slack, PagerDuty, … (gcloud beta monitoring channels list)."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for channel in var.alert_channels : can(regex("^projects/[^/]+/notificationChannels/[0-9]+$", channel))])
    error_message = "alert_channels are named in full: projects/…/notificationChannels/1234567890."
  }
}

variable "budget" {
  description = "What the project may cost a month, in whole units of the billing account's currency; alerts go out at 50, 90 and 100 percent and when the forecast exceeds it. Whoever applies needs roles/billing.costsManager on the billing account. null: no budget."
  type        = object({ billing_account = string, amount = number })
  default     = null

  validation {
    condition     = var.budget == null ? true : can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.budget.billing_account))
    error_message = "budget.billing_account is an id such as 01AB23-CD45EF-678901: gcloud billing projects describe PROJECT."
  }

  validation {
    condition     = var.budget == null ? true : var.budget.amount >= 1 && floor(var.budget.amount) == var.budget.amount
    error_message = "budget.amount is a whole number of at least 1."
  }
}

variable "file_retention_days" {
  description = "Days until a dropped file, processed or rejected, is deleted. It holds personal data."
  type        = number
  default     = 30

  validation {
    condition     = var.file_retention_days >= 1
    error_message = "file_retention_days is at least 1."
  }
}

variable "outcome_retention_days" {
  description = "Days that outcomes are kept in BigQuery. They hold no personal data."
  type        = number
  default     = 400

  validation {
    condition     = var.outcome_retention_days >= 1
    error_message = "outcome_retention_days is at least 1."
  }
}

variable "access_log_bucket" {
  description = "An existing bucket for hourly access logs of the deployment's buckets: who read which object from which address, for whoever may not or will not switch on Cloud Audit Logs' data access log. cloud-storage-analytics@google.com must be allowed to create objects in it. null: none."
  type        = string
  default     = null

  validation {
    condition     = var.access_log_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$", var.access_log_bucket)) && !startswith(var.access_log_bucket, "${var.project_id}-omnicapi-")
    error_message = "access_log_bucket is a bucket's name, without gs://, and none of our own: its log would be logged."
  }
}

variable "request_logs" {
  description = "Whether Cloud Logging keeps Cloud Run's own entry of each request that a service acknowledged. With single events they are most of what logs cost (docs/deploy.md); metrics, alerts, failed requests and the services' own lines do not depend on them. false needs roles/logging.configWriter for whoever applies; the output request_logs has the command for somebody else who may."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete services, queues with their backlog, tokens, files and outcomes. Set it to false and apply before a tear-down."
  type        = bool
  default     = true
}

variable "enable_apis" {
  description = "Whether the APIs that the pipeline needs are enabled here. false: somebody else has enabled them (apis.tf names them), and whoever applies need not be allowed to."
  type        = bool
  default     = true
}

variable "agent_signs" {
  description = "Whether Pub/Sub's agent is allowed to sign the tokens of pushes, as it must be in projects made before April 2021, or where somebody has pruned agents' roles: pushes are answered with 401 otherwise, and the backlog grows."
  type        = bool
  default     = false
}

variable "soft_delete_days" {
  description = "Days for which Cloud Storage keeps what was deleted from our buckets, where an organisation policy (storage.softDeletePolicySeconds) asks for it: 7 to 90, or 0. Versioning is the way back without it, for 7 days; with it personal data outlive file_retention_days by so long."
  type        = number
  default     = 0

  validation {
    condition     = var.soft_delete_days == 0 || (var.soft_delete_days >= 7 && var.soft_delete_days <= 90 && floor(var.soft_delete_days) == var.soft_delete_days)
    error_message = "soft_delete_days is 0 or a whole number from 7 to 90, as Cloud Storage allows."
  }
}

variable "labels" {
  description = "Labels of every resource that takes some."
  type        = map(string)
  default     = { app = "omnicapi" }
}
