variable "name" {
  description = "Name of the network; other resources are named after it."
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

variable "address_space" {
  description = "Range of the network; pods have addresses of it too. It must not overlap networks it is peered with."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.address_space)) && tonumber(split("/", var.address_space)[1]) <= 18
    error_message = "Give an IPv4 range of /18 or larger, such as 10.40.0.0/16."
  }
}

variable "zones" {
  description = "Availability zones that are used, such as eu-central-1a. Their order decides who has which addresses: add at the end."
  type        = list(string)

  validation {
    condition     = length(var.zones) >= 2 && length(var.zones) <= 6 && length(distinct(var.zones)) == length(var.zones)
    error_message = "Give 2 to 6 zones, each once."
  }
}

variable "nat_gateway_per_zone" {
  description = "Whether each zone has a NAT gateway of its own; one for all is cheaper and fails with its zone."
  type        = bool
  default     = true
}

variable "flow_log_days" {
  description = "How long it is known who talked to whom, in days."
  type        = number
  default     = 365

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.flow_log_days)
    error_message = "Choose 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731."
  }
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
