variable "name" {
  description = "Name of the cluster."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Use 3 to 40 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "resource_group_name" {
  description = "Resource group that everything is created in."
  type        = string
}

variable "location" {
  description = "Azure region."
  type        = string
}

variable "tenant_id" {
  description = "Entra tenant whose people may sign in to the cluster."
  type        = string
}

variable "virtual_network_id" {
  description = "Id of the network that the cluster joins."
  type        = string
}

variable "subnet_id" {
  description = "Id of the nodes' subnet, with a NAT gateway."
  type        = string
}

variable "outbound_address" {
  description = "Public address that the nodes call from; a public API server lets it in."
  type        = string
}

variable "kubernetes_version" {
  description = "Kubernetes release, such as 1.34; patch releases follow by themselves."
  type        = string

  validation {
    condition     = can(regex("^1\\.(29|[3-9][0-9])$", var.kubernetes_version))
    error_message = "Give a minor release from 1.29 on, such as 1.34."
  }
}

variable "private_cluster" {
  description = "Whether the API server has only a private address; Terraform then has to run inside the network."
  type        = bool
}

variable "api_authorized_ranges" {
  description = "Ranges that may call a public API server."
  type        = list(string)

  validation {
    condition     = var.private_cluster || length(var.api_authorized_ranges) > 0
    error_message = "Give api_authorized_ranges, or set private_cluster."
  }
}

variable "admin_group_object_ids" {
  description = "Object ids of the Entra groups that administer the cluster."
  type        = list(string)
  default     = []
}

variable "administrator_object_ids" {
  description = "Object ids of further administrators by a name of your choice: whoever runs Terraform, at least."
  type        = map(string)
}

variable "system_pool" {
  description = "Machines for what the cluster itself needs."
  type = object({
    vm_size   = optional(string, "Standard_D2as_v5")
    min_count = optional(number, 2)
    max_count = optional(number, 4)
  })
  default = {}
}

variable "apps_pool" {
  description = "Machines for the platform."
  type = object({
    vm_size   = optional(string, "Standard_D4as_v5")
    min_count = optional(number, 2)
    max_count = optional(number, 10)
  })
  default = {}

  validation {
    condition     = var.apps_pool.min_count <= var.apps_pool.max_count
    error_message = "Choose a min_count that is not greater than max_count."
  }
}

variable "os_disk_type" {
  description = "Managed, or Ephemeral where the machines' cache or temporary disk holds the system."
  type        = string
  default     = "Managed"

  validation {
    condition     = contains(["Managed", "Ephemeral"], var.os_disk_type)
    error_message = "Choose Managed or Ephemeral."
  }
}

variable "host_encryption" {
  description = "Whether disks are encrypted on the host too; the subscription needs the feature EncryptionAtHost."
  type        = bool
  default     = true
}

variable "zones" {
  description = "Availability zones that nodes are spread over."
  type        = list(string)
  default     = ["1", "2", "3"]
}

variable "pod_range" {
  description = "Range of the pods' addresses; they are not seen outside of the cluster."
  type        = string
  default     = "10.244.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.pod_range))
    error_message = "Give an IPv4 range, such as 10.244.0.0/16."
  }
}

variable "service_range" {
  description = "Range of the services' addresses; they are not seen outside of the cluster."
  type        = string
  default     = "10.245.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.service_range))
    error_message = "Give an IPv4 range, such as 10.245.0.0/16."
  }
}

variable "log_analytics_workspace_id" {
  description = "Workspace for container insights; null for none."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
