variable "name" {
  description = "Name of the cluster."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Use 3 to 40 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "kms_key_arn" {
  description = "Key that everything at rest is encrypted with."
  type        = string
}

variable "subnet_ids" {
  description = "Ids of the private subnets of the nodes and of the API server's addresses."
  type        = list(string)
}

variable "kubernetes_version" {
  description = "Kubernetes release, such as 1.34."
  type        = string

  validation {
    condition     = can(regex("^1\\.(29|[3-9][0-9])$", var.kubernetes_version))
    error_message = "Give a minor release from 1.29 on, such as 1.34."
  }
}

variable "api_authorized_ranges" {
  description = "Ranges that may call a public API server; none makes it private, and Terraform then has to run inside the network."
  type        = list(string)

  validation {
    condition     = !contains(var.api_authorized_ranges, "0.0.0.0/0")
    error_message = "Name the ranges that may call the API server, not the whole world."
  }
}

variable "administrator_arns" {
  description = "ARNs of roles and users that administer the cluster, by a name of your choice: whoever runs Terraform, at least."
  type        = map(string)

  validation {
    condition     = length(var.administrator_arns) > 0
    error_message = "Without an administrator nobody could ever use the cluster."
  }
}

variable "apps_pool" {
  description = "Machines for the platform."
  type = object({
    instance_types = optional(list(string), ["m7i.xlarge"])
    ami_type       = optional(string, "AL2023_x86_64_STANDARD")
    min_count      = optional(number, 2)
    max_count      = optional(number, 10)
    disk_gb        = optional(number, 60)
  })
  default = {}

  validation {
    condition     = var.apps_pool.min_count <= var.apps_pool.max_count
    error_message = "Choose a min_count that is not greater than max_count."
  }
}

variable "addon_versions" {
  description = "Releases of add-ons by name; those that are not named are what EKS has for the Kubernetes release."
  type        = map(string)
  default     = {}
}

variable "log_days" {
  description = "How long the control plane's logs are kept, in days."
  type        = number
  default     = 365
}

variable "deletion_protection" {
  description = "Whether the cluster is kept from being deleted."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
