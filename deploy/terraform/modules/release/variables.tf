variable "name" {
  description = "Name of the Helm release."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,38}[a-z0-9]$", var.name))
    error_message = "Use 2 to 40 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "namespace" {
  description = "Namespace of the release; it is created when it is missing."
  type        = string
}

variable "chart" {
  description = "Folder of the chart, or its address in a registry: oci://…"
  type        = string
}

variable "chart_version" {
  description = "Release of the chart in a registry; null for a folder."
  type        = string
  default     = null

  validation {
    condition     = var.chart_version != null || !startswith(var.chart, "oci://")
    error_message = "A chart in a registry needs a chart_version: the newest one may be another one tomorrow."
  }
}

variable "values" {
  description = "Values of the chart as YAML documents; later ones win."
  type        = list(string)
}

variable "secrets" {
  description = "Secrets by the environment variable that they are for."
  type        = map(string)
  default     = {}
  sensitive   = true
}

variable "timeout_seconds" {
  description = "How long the platform may take to be ready: a first node may have to come."
  type        = number
  default     = 900

  validation {
    condition     = var.timeout_seconds >= 60
    error_message = "Give it at least 60 seconds."
  }
}
