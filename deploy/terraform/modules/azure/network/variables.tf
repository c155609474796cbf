variable "name" {
  description = "Name of the virtual network; other resources are named after it."
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

variable "address_space" {
  description = "Range of the virtual network. It must not overlap the ranges of pods and services, nor networks it is peered with."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.address_space)) && tonumber(split("/", var.address_space)[1]) <= 18
    error_message = "Give an IPv4 range of /18 or larger, such as 10.40.0.0/16."
  }
}

variable "ingress_source_addresses" {
  description = "Ranges that may reach the ingress controller on ports 80 and 443; none closes it to everybody outside the network."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for range in var.ingress_source_addresses : can(cidrhost(range, 0))])
    error_message = "Give ranges in CIDR form, such as 203.0.113.0/24."
  }
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
