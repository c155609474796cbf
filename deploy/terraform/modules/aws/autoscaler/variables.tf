variable "cluster_name" {
  description = "Name of the cluster; node groups carry it in a tag."
  type        = string
}

variable "chart_version" {
  description = "Release of the autoscaler's chart."
  type        = string
  default     = "9.59.0"
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
