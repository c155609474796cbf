variable "name" {
  description = "Name of the storage account, unique in all of Azure."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]{3,24}$", var.name))
    error_message = "Use 3 to 24 lower-case letters and digits."
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

variable "container_name" {
  description = "Name of the container for files."
  type        = string
  default     = "files"
}

variable "replication_type" {
  description = "Where copies are kept: LRS (one building), ZRS (three zones), GRS or GZRS (another region too)."
  type        = string
  default     = "ZRS"

  validation {
    condition     = contains(["LRS", "ZRS", "GRS", "GZRS"], var.replication_type)
    error_message = "Choose LRS, ZRS, GRS or GZRS."
  }
}

variable "retention_days" {
  description = "How long deleted and replaced files can be got back, in days."
  type        = number
  default     = 14

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 365
    error_message = "Choose 1 to 365 days."
  }
}

variable "deletion_protection" {
  description = "Whether a lock keeps the account from being deleted."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
