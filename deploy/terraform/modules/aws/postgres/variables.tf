variable "name" {
  description = "Name of the instance."
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

variable "postgres_version" {
  description = "Major release of Postgres; minor releases follow by themselves."
  type        = string
  default     = "17"

  validation {
    condition     = contains(["16", "17", "18"], var.postgres_version)
    error_message = "Choose 16, 17 or 18."
  }
}

variable "instance_class" {
  description = "Machine of the instance."
  type        = string
  default     = "db.m7g.large"
}

variable "storage_gb" {
  description = "Disk in GiB at creation."
  type        = number
  default     = 64

  validation {
    condition     = var.storage_gb >= 20
    error_message = "Choose at least 20 GiB: gp3 disks are not smaller."
  }
}

variable "max_storage_gb" {
  description = "Size in GiB that the disk may grow to by itself."
  type        = number
  default     = 512
}

variable "multi_az" {
  description = "Whether a standby in another zone takes over."
  type        = bool
  default     = true
}

variable "backup_retention_days" {
  description = "How many days back the instance can be restored to."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_retention_days >= 7 && var.backup_retention_days <= 35
    error_message = "Choose 7 to 35 days."
  }
}

variable "max_connections" {
  description = "Connections that Postgres allows; some of them are kept for its administration."
  type        = number
  default     = 800

  validation {
    condition     = var.max_connections >= 100 && var.max_connections <= 5000
    error_message = "Choose 100 to 5000."
  }
}

variable "database_name" {
  description = "Name of the platform's database."
  type        = string
  default     = "owui"
}

variable "administrator_name" {
  description = "Role that makes the services' roles."
  type        = string
  default     = "owui_admin"
}

variable "administrator_password" {
  description = "Password of the administrator."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.administrator_password) >= 16
    error_message = "Use at least 16 characters."
  }
}

variable "administrator_password_version" {
  description = "Raise it when the password is another one: the password itself is not kept here to be compared."
  type        = number
  default     = 1
}

variable "deletion_protection" {
  description = "Whether the instance is kept from being deleted."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
