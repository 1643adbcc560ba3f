variable "platform" {
  description = "What every part of the deployment shares: platform in the root module."
  type = object({
    prefix     = string
    name       = string
    title      = string
    project_id = string
    region     = string
    kms_key    = string
    revision   = string
    vpc        = object({ network = string, subnetwork = string })
    labels     = map(string)
  })
}

variable "name" {
  description = "Name of the part that it is of the pipeline, which the service and its account are named after."
  type        = string
}

variable "timeout_seconds" {
  description = "Seconds the service may take to answer a request."
  type        = number
}

variable "ingress" {
  description = "Where requests may come from. Pushes of this project's Pub/Sub count as internal."
  type        = string
  default     = "INGRESS_TRAFFIC_INTERNAL_ONLY"
}

variable "invokers" {
  description = "Who may call the service, as IAM writes members, by any name."
  type        = map(string)
}

variable "image" {
  description = "Container image with its digest."
  type        = string
}

variable "env" {
  description = "Environment of the service."
  type        = map(string)
}

variable "secret_env" {
  description = "Environment whose values are secrets: name of the variable to secret id."
  type        = map(string)
  default     = {}
}

variable "secret_files" {
  description = "Secrets as files: path of the file to secret id. Each needs a directory of its own."
  type        = map(string)
  default     = {}
}

variable "size" {
  description = "How large the service is; concurrency is both the requests an instance gets at once and its threads."
  type = object({
    billing       = string
    concurrency   = number
    cpu           = string
    memory        = string
    min_instances = number
    max_instances = number
  })
}

variable "checks_callers" {
  description = "Whether Cloud Run asks for a Google identity that is among invokers. Where it does not, anybody may call."
  type        = bool
  default     = true
}
