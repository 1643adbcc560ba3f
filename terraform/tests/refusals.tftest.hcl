# Values that would make a deployment nobody wants are refused before anything is made. Needs no cloud: terraform test.
# A run plans everything, which takes its time, so it holds as many refusals as it can: one a variable.

mock_provider "google" {
  # What a plan cannot know, a check cannot hold.
  mock_resource "google_cloud_run_v2_service" {
    override_during = plan
    defaults        = { terminal_condition = [] }
  }
}

mock_provider "time" {}

variables {
  project_id     = "my-project"
  project_number = "123456789012"
  region         = "europe-west1"
  datasets       = { "1234567890123456" = {} }
  images = {
    ingest  = "r/ingest@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    handle  = "r/handle@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    forward = "r/forward@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  }
  producers       = []
  settings        = {}
  secret_settings = {}
  service_sizes   = {}
}

# A name for an id and an id for a number, a zone for a region, tags for digests, a network and an export without their
# project.
run "names_of_something_else" {
  command = plan
  variables {
    project_id     = "My Project"
    project_number = "my-project"
    region         = "europe-west1-b"
    images         = { ingest = "r/ingest:latest", handle = "r/handle:latest", forward = "r/f:1" }
    datasets       = { "My shop" = {} }
    vpc            = { network = "default", subnetwork = "default" }
    alert_channels = ["Slack"]
    budget         = { billing_account = "my-account", amount = 100 }
    ga4_export     = { dataset = "analytics_1", image = "r/g@sha256:0000000000000000000000000000000000000000000000000000000000000000" }
  }
  expect_failures = [
    var.project_id, var.project_number, var.region, var.images, var.datasets, var.vpc, var.alert_channels, var.budget, var.ga4_export,
  ]
}

run "what_nobody_knows" {
  command = plan
  variables {
    settings          = { forward = { BATCH_LINGERS = "1" } }                 # misspelt
    secret_settings   = { META_ACCESS_TOKEN = "s" }                           # tokens are files
    service_sizes     = { ingest = { cpu = "2" } }                            # an image, no service
    producers         = ["allUsers"]                                          # strangers
    kms_key           = "projects/p/locations/global/keyRings/r/cryptoKeys/k" # of another region
    collect           = {}                                                    # it would refuse everybody
    build             = { repository = "https://github.com/acme/omni-capi" }  # an address
    workers           = { forward = { instances = 0.5 } }                     # half a worker
    access_log_bucket = "my-project-omnicapi-config"                          # one of those whose access is logged
  }
  expect_failures = [
    var.settings, var.secret_settings, var.service_sizes, var.producers, var.kms_key, var.collect, var.workers,
    var.build, var.access_log_bucket,
  ]
}

run "what_there_is_elsewhere_or_never" {
  command = plan
  variables {
    settings      = { handle = { BATCH_LINGER = "1" } }                 # of another service
    service_sizes = { forward = { concurrency = 2000 } }                # more than Cloud Run gives
    throughput    = "huge"                                              # no profile
    datasets      = { "1" = { token_expires = "2027-02-31" } }          # no day
    collect       = { keys = { crm = "k" }, callers = ["allUsers"] }    # public would say so
    ga4_export    = { dataset = "p.analytics_1", image = "r/g:latest" } # a tag
    budget        = { billing_account = "01AB23-CD45EF-678901", amount = 0.5 }
    # A repository of another region.
    build = { repository = "projects/p/locations/us-central1/connections/c/repositories/r" }
  }
  expect_failures = [
    var.settings, var.service_sizes, var.throughput, var.datasets, var.collect, var.ga4_export, var.budget, var.build,
  ]
}

run "several_datasets_without_routes_and_a_domain_that_nobody_may_call" {
  command = plan
  variables {
    datasets = { "1" = {}, "2" = {} }
    collect  = { keys = { crm = "k" }, domain = "collect.shop.example" }
    build = {
      repository   = "projects/p/locations/europe-west1/connections/c/repositories/r"
      state_bucket = "gs://my-project-terraform" # an address
    }
  }
  expect_failures = [var.datasets_file, var.collect, var.build]
}

run "a_channel_of_the_collector_with_a_longer_name_than_it_reads" {
  command = plan
  variables {
    collect = { keys = { "a234567890123456789012345678901234567890123456789012345678901234" = "k" } }
  }
  expect_failures = [var.collect]
}

run "a_route_to_a_dataset_without_a_token_and_any_page_as_an_origin" {
  command = plan
  variables {
    datasets_file = "examples/complete/datasets.json"
    collect       = { origins = { web = ["*"] } }
    build = {
      repository = "projects/p/locations/europe-west1/connections/c/repositories/r"
      branch     = "^main$" # a pattern
    }
  }
  expect_failures = [var.datasets_file, var.collect, var.build]
}

run "a_machine_that_approves" {
  command = plan
  variables {
    build = {
      repository = "projects/p/locations/europe-west1/connections/c/repositories/r"
      approvers  = ["serviceAccount:bot@my-project.iam.gserviceaccount.com"]
    }
  }
  expect_failures = [var.build]
}

run "settings_and_sizes_reach_the_services" {
  command = plan
  variables {
    settings      = { forward = { BATCH_LINGER = "0.5" } }
    service_sizes = { forward = { concurrency = 500, memory = "2Gi" } }
  }
  assert {
    condition     = local.env.forward.BATCH_LINGER == "0.5"
    error_message = "settings do not reach the environment."
  }
  assert {
    condition     = local.sizes.forward == { billing = "request", concurrency = 500, cpu = "1", memory = "2Gi", min_instances = 0, max_instances = 4 }
    error_message = "service_sizes replaces more, or less, than it names."
  }
}
