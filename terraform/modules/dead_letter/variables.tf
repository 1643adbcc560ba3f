variable "project_id" {
  description = "Project that holds everything."
  type        = string
}

variable "topic" {
  description = "Name of the topic whose unsettled messages go here."
  type        = string
}

variable "pubsub_agent" {
  description = "Email of Pub/Sub's service agent, which moves the messages."
  type        = string
}

variable "allowed_persistence_regions" {
  description = "Regions where messages may be stored."
  type        = list(string)
}

variable "labels" {
  description = "Labels of every resource."
  type        = map(string)
}
