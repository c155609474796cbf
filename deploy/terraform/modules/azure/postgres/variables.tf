variable "name" {
  description = "Name of the server, unique in all of Azure."
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
  description = "Entra tenant that signs in."
  type        = string
}

variable "subnet_id" {
  description = "Id of a subnet that is delegated to Azure Database for PostgreSQL."
  type        = string
}

variable "private_dns_zone_id" {
  description = "Id of the private zone that the server's name is in; it has to be linked to the network."
  type        = string
}

variable "postgres_version" {
  description = "Major release of Postgres."
  type        = string
  default     = "17"

  validation {
    condition     = contains(["16", "17", "18"], var.postgres_version)
    error_message = "Choose 16, 17 or 18."
  }
}

variable "sku_name" {
  description = "Machine of the server; the burstable ones (B_…) have no standby."
  type        = string
  default     = "GP_Standard_D2ds_v5"
}

variable "storage_gb" {
  description = "Disk in GiB; it grows by itself."
  type        = number
  default     = 64

  validation {
    condition     = contains([32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384], var.storage_gb)
    error_message = "Choose 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "high_availability_mode" {
  description = "ZoneRedundant or SameZone for a standby that takes over, null for none."
  type        = string
  default     = "ZoneRedundant"

  validation {
    condition     = var.high_availability_mode == null || contains(["ZoneRedundant", "SameZone"], coalesce(var.high_availability_mode, "-"))
    error_message = "Choose ZoneRedundant, SameZone or null."
  }
}

variable "backup_retention_days" {
  description = "How many days back the server can be restored to."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_retention_days >= 7 && var.backup_retention_days <= 35
    error_message = "Choose 7 to 35 days."
  }
}

variable "geo_redundant_backup" {
  description = "Whether backups are kept in the paired region too; decided at creation."
  type        = bool
  default     = false
}

variable "extensions" {
  description = "Extensions that may be created, by the names that Azure has for them."
  type        = list(string)
  default     = ["VECTOR", "PG_TRGM", "UNACCENT"]

  validation {
    condition     = contains(var.extensions, "VECTOR")
    error_message = "VECTOR has to be among them: knowledge is searched with pgvector."
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
  description = "Name of the platform's database, which the release makes."
  type        = string
  default     = "owui"
}

variable "administrators" {
  description = "Who administers the server with tokens, by the name of the role in Postgres: people and groups by their name in Entra, pods by the name of their identity."
  type = map(object({
    object_id = string
    type      = optional(string, "ServicePrincipal")
  }))

  validation {
    condition     = alltrue([for one in var.administrators : contains(["ServicePrincipal", "User", "Group"], one.type)])
    error_message = "A type is ServicePrincipal, User or Group."
  }
}

variable "administrator_name" {
  description = "Role of an administrator with a password; null for tokens only."
  type        = string
  default     = null
}

variable "administrator_password" {
  description = "Password of that administrator."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = (var.administrator_password == null) == (var.administrator_name == null)
    error_message = "An administrator has a name and a password."
  }
}

variable "administrator_password_version" {
  description = "Raise it when the password is another one: the password itself is not kept here to be compared."
  type        = number
  default     = 1
}

variable "deletion_protection" {
  description = "Whether a lock keeps the server from being deleted."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
