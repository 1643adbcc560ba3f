variable "platform" {
  description = "What every part of the deployment shares: platform in the root module."
  type = object({
    prefix                      = string
    name                        = string
    title                       = string
    project_id                  = string
    region                      = string
    allowed_persistence_regions = list(string)
    pubsub_agent                = string
    deletion_protection         = bool
    kms_key                     = string
    revision                    = string
    vpc                         = object({ network = string, subnetwork = string })
    labels                      = map(string)
  })
}

variable "name" {
  description = "Name of the part that it is of the pipeline, which the service and its account are named after."
  type        = string
}

variable "topic" {
  description = "Topic whose messages are pushed to the service."
  type        = string
}

variable "pushed" {
  description = "Whether messages are pushed to the service; else a worker pulls them."
  type        = bool
  default     = true
}

variable "ack_deadline_seconds" {
  description = "Seconds the service may take to answer one push; Pub/Sub gives up and comes again after that."
  type        = number
}

variable "invoker" {
  description = "Email of the account that pushes carry; it may call this service and nothing else of the stage."
  type        = string
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
