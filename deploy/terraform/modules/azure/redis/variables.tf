variable "name" {
  description = "Name of the instance, unique in its region."
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

variable "endpoint_subnet_id" {
  description = "Id of the subnet that the private endpoint is put into."
  type        = string
}

variable "private_dns_zone_id" {
  description = "Id of the private zone that the endpoint's address is found in."
  type        = string
}

variable "sku_name" {
  description = "Size of the instance."
  type        = string
  default     = "Balanced_B1"

  validation {
    condition     = can(regex("^(Balanced_B|ComputeOptimized_X|MemoryOptimized_M)[0-9]+$", var.sku_name))
    error_message = "Choose a size such as Balanced_B1, ComputeOptimized_X5 or MemoryOptimized_M10."
  }
}

variable "high_availability" {
  description = "Whether a replica takes over."
  type        = bool
  default     = true
}

variable "clustering_policy" {
  description = "NoCluster (up to 25 GB) or EnterpriseCluster: both look like one server. Decided at creation."
  type        = string
  default     = "NoCluster"

  validation {
    condition     = contains(["NoCluster", "EnterpriseCluster"], var.clustering_policy)
    error_message = "Choose NoCluster or EnterpriseCluster."
  }
}

variable "persistence" {
  description = "Whether what is in memory is written to disk each second."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
