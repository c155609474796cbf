variable "name" {
  description = "Name of the replication group."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Use 3 to 40 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "vpc_id" {
  description = "Id of the network."
  type        = string
}

variable "subnet_ids" {
  description = "Ids of private subnets in at least two zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Give subnets in at least two zones."
  }
}

variable "client_security_group_id" {
  description = "Security group that may connect: the cluster's."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that everything at rest is encrypted with."
  type        = string
}

variable "engine_version" {
  description = "Release of Valkey."
  type        = string
  default     = "8.1"

  validation {
    condition     = can(regex("^[89]\\.[0-9]+$", var.engine_version))
    error_message = "Choose a release such as 8.1."
  }
}

variable "node_type" {
  description = "Machine of each node."
  type        = string
  default     = "cache.t4g.medium"
}

variable "replicas" {
  description = "Copies in other zones, of which one takes over."
  type        = number
  default     = 1

  validation {
    condition     = var.replicas >= 0 && var.replicas <= 5
    error_message = "Choose 0 to 5."
  }
}

variable "password" {
  description = "Token that clients sign in with."
  type        = string
  sensitive   = true

  validation {
    condition     = can(regex("^[A-Za-z0-9!&#$^<>-]{16,128}$", var.password))
    error_message = "Use 16 to 128 letters, digits and characters of !&#$^<>-."
  }
}

variable "password_version" {
  description = "Raise it when the token is another one: the token itself is not kept here to be compared."
  type        = number
  default     = 1
}

variable "snapshot_retention_days" {
  description = "How long daily snapshots are kept, in days."
  type        = number
  default     = 3
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
