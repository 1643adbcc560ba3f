# Values that would make a deployment nobody wants are refused before anything is made. Needs no cloud: terraform test.

mock_provider "google" {}

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

run "the_project_is_not_its_name" {
  command = plan
  variables {
    project_id = "My Project"
  }
  expect_failures = [var.project_id]
}

run "the_number_is_not_the_id" {
  command = plan
  variables {
    project_number = "my-project"
  }
  expect_failures = [var.project_number]
}

run "a_zone_is_no_region" {
  command = plan
  variables {
    region = "europe-west1-b"
  }
  expect_failures = [var.region]
}

run "a_tag_is_no_digest" {
  command = plan
  variables {
    images = { ingest = "r/ingest:latest", handle = "r/handle:latest", forward = "r/forward:latest" }
  }
  expect_failures = [var.images]
}

run "a_dataset_is_named_by_its_id" {
  command = plan
  variables {
    datasets = { "My shop" = {} }
  }
  expect_failures = [var.datasets]
}

run "a_day_that_is_none" {
  command = plan
  variables {
    datasets = { "1" = { token_expires = "2027-02-31" } }
  }
  expect_failures = [var.datasets]
}

run "several_datasets_need_routes" {
  command = plan
  variables {
    datasets = { "1" = {}, "2" = {} }
  }
  expect_failures = [var.datasets_file]
}

run "a_key_of_another_region" {
  command = plan
  variables {
    kms_key = "projects/p/locations/global/keyRings/r/cryptoKeys/k"
  }
  expect_failures = [var.kms_key]
}

run "a_network_without_its_project" {
  command = plan
  variables {
    vpc = { network = "default", subnetwork = "default" }
  }
  expect_failures = [var.vpc]
}

run "a_route_to_a_dataset_without_a_token" {
  command = plan
  variables {
    datasets_file = "examples/complete/datasets.json"
  }
  expect_failures = [var.datasets_file]
}

run "half_a_worker" {
  command = plan
  variables {
    forward_worker = { instances = 0.5 }
  }
  expect_failures = [var.forward_worker]
}

run "a_channel_by_its_display_name" {
  command = plan
  variables {
    alert_channels = ["Slack"]
  }
  expect_failures = [var.alert_channels]
}

run "a_collector_that_refuses_everybody" {
  command = plan
  variables {
    collect = {}
  }
  expect_failures = [var.collect]
}

run "anybody_as_one_of_the_callers" {
  command = plan
  variables {
    collect = { keys = { crm = "k" }, callers = ["allUsers"] }
  }
  expect_failures = [var.collect]
}

run "a_domain_that_nobody_may_call" {
  command = plan
  variables {
    collect = { keys = { crm = "k" }, domain = "collect.shop.example" }
  }
  expect_failures = [var.collect]
}

run "any_page_as_an_origin" {
  command = plan
  variables {
    collect = { origins = { web = ["*"] } }
  }
  expect_failures = [var.collect]
}

run "an_export_without_its_project" {
  command = plan
  variables {
    ga4_export = { dataset = "analytics_1", image = "r/ga4-export@sha256:0000000000000000000000000000000000000000000000000000000000000000" }
  }
  expect_failures = [var.ga4_export]
}

run "a_budget_of_no_account" {
  command = plan
  variables {
    budget = { billing_account = "my-account", amount = 100 }
  }
  expect_failures = [var.budget]
}

run "a_misspelt_setting" {
  command = plan
  variables {
    settings = { forward = { BATCH_LINGERS = "1" } }
  }
  expect_failures = [var.settings]
}

run "a_setting_of_another_service" {
  command = plan
  variables {
    settings = { handle = { BATCH_LINGER = "1" } }
  }
  expect_failures = [var.settings]
}

run "a_token_among_the_secret_settings" {
  command = plan
  variables {
    secret_settings = { META_ACCESS_TOKEN = "s" }
  }
  expect_failures = [var.secret_settings]
}

run "a_size_of_no_service" {
  command = plan
  variables {
    service_sizes = { ingest = { cpu = "2" } }
  }
  expect_failures = [var.service_sizes]
}

run "more_requests_than_cloud_run_gives" {
  command = plan
  variables {
    service_sizes = { forward = { concurrency = 2000 } }
  }
  expect_failures = [var.service_sizes]
}

run "nobody_unnamed_publishes" {
  command = plan
  variables {
    producers = ["allUsers"]
  }
  expect_failures = [var.producers]
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
    condition     = local.sizes.forward == { concurrency = 500, cpu = "1", memory = "2Gi", min_instances = 0, max_instances = 4 }
    error_message = "service_sizes replaces more, or less, than it names."
  }
}
