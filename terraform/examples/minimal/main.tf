# The least that can be said: one dataset, images by digest. Everything else has a default.

terraform {
  required_version = ">= 1.11"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 8.0"
    }
  }
}

variable "meta_access_tokens" {
  description = "Access token by dataset id: export TF_VAR_meta_access_tokens='{\"1234567890123456\":\"EAA…\"}'."
  type        = map(string)
  ephemeral   = true
  sensitive   = true
}

module "omnicapi" {
  source = "../.."

  project_id     = "my-project"
  project_number = "123456789012"
  region         = "europe-west1"

  images = {
    ingest  = "europe-west1-docker.pkg.dev/my-project/omnicapi/ingest@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    handle  = "europe-west1-docker.pkg.dev/my-project/omnicapi/handle@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    forward = "europe-west1-docker.pkg.dev/my-project/omnicapi/forward@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  }

  datasets           = { "1234567890123456" = { token_version = "1" } }
  meta_access_tokens = var.meta_access_tokens
}

output "commands" {
  description = "What to do next."
  value       = module.omnicapi.commands
}
