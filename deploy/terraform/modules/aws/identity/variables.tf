variable "name" {
  description = "Name of the role."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Use 3 to 40 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "mechanism" {
  description = "How pods get the role: podIdentity (by the agent on the node) or irsa (by tokens of the cluster's issuer)."
  type        = string

  validation {
    condition     = contains(["podIdentity", "irsa"], var.mechanism)
    error_message = "Choose podIdentity or irsa."
  }
}

variable "cluster_name" {
  description = "Name of the cluster."
  type        = string
}

variable "oidc_provider_arn" {
  description = "ARN of the issuer of the service accounts' tokens."
  type        = string
}

variable "oidc_issuer_url" {
  description = "Address of the issuer of the service accounts' tokens."
  type        = string
}

variable "namespace" {
  description = "Namespace of the service accounts."
  type        = string
}

variable "service_accounts" {
  description = "Names of the service accounts that may take the role."
  type        = set(string)

  validation {
    condition     = length(var.service_accounts) > 0
    error_message = "Give at least one service account."
  }
}

variable "policies" {
  description = "What the role may do: policies as JSON, by a name of your choice."
  type        = map(string)
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
