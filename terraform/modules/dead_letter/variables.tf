variable "platform" {
  description = "What every part of the deployment shares: platform in the root module."
  type = object({
    project_id                  = string
    allowed_persistence_regions = list(string)
    pubsub_agent                = string
    deletion_protection         = bool
    kms_key                     = string
    labels                      = map(string)
  })
}

variable "topic" {
  description = "Name of the topic whose unsettled messages go here."
  type        = string
}
