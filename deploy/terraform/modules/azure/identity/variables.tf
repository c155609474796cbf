variable "name" {
  description = "Name of the identity; also the name of its role in Postgres, if it has one."
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

variable "issuer" {
  description = "Issuer of the cluster's service account tokens."
  type        = string
}

variable "namespace" {
  description = "Namespace of the service accounts."
  type        = string
}

variable "service_accounts" {
  description = "Names of the service accounts that may use the identity."
  type        = set(string)

  validation {
    # Azure keeps at most 20 of these credentials for an identity.
    condition     = length(var.service_accounts) > 0 && length(var.service_accounts) <= 20
    error_message = "Give 1 to 20 service accounts."
  }
}

variable "roles" {
  description = "Roles of the identity, by a name of your choice: the role and the resource that it is given on."
  type = map(object({
    role  = string
    scope = string
  }))
  default = {}
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
