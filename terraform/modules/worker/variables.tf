variable "platform" {
  description = "What every part of the deployment shares: platform in the root module."
  type = object({
    prefix     = string
    project_id = string
    region     = string
    kms_key    = string
    revision   = string
    vpc        = object({ network = string, subnetwork = string })
    labels     = map(string)
  })
}

variable "name" {
  description = "What the worker pool is named after."
  type        = string
}

variable "subscription" {
  description = "Name of the subscription to pull."
  type        = string
}

variable "account" {
  description = "Email and member of the account to act as; it can read the secrets already."
  type        = object({ email = string, member = string })
}

variable "image" {
  description = "Container image with its digest."
  type        = string
}

variable "env" {
  description = "Environment of the worker."
  type        = map(string)
}

variable "secret_env" {
  description = "Environment whose values are secrets: name of the variable to secret id."
  type        = map(string)
}

variable "secret_files" {
  description = "Secrets as files: path of the file to secret id. Each needs a directory of its own."
  type        = map(string)
}

variable "size" {
  description = "Instances, and how large each is."
  type        = object({ instances = number, cpu = string, memory = string })
}
