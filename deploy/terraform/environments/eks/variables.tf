variable "region" {
  description = "AWS region, such as eu-central-1."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "Give a region such as eu-central-1."
  }
}

variable "name" {
  description = "Name of the installation: of its cluster, and the beginning of all other names."
  type        = string
  default     = "owui"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "Use 3 to 20 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "address_space" {
  description = "Range of the network; pods have addresses of it too. It must not overlap networks it is peered with."
  type        = string
  default     = "10.40.0.0/16"
}

variable "zones" {
  description = "Letters of the availability zones that are used; they have to offer the machines. Add at the end, or addresses change."
  type        = list(string)
  default     = ["a", "b", "c"]

  validation {
    condition     = alltrue([for letter in var.zones : can(regex("^[a-z]$", letter))])
    error_message = "Give letters, such as a, b and c."
  }
}

variable "nat_gateway_per_zone" {
  description = "Whether each zone has a NAT gateway of its own; one for all is cheaper and fails with its zone."
  type        = bool
  default     = true
}

variable "log_days" {
  description = "How long logs of the network and of the control plane are kept, in days."
  type        = number
  default     = 365
}

variable "kubernetes_version" {
  description = "Kubernetes release."
  type        = string
  default     = "1.34"
}

variable "api_authorized_ranges" {
  description = "Ranges that may call a public API server; none makes it private, and Terraform then has to run inside the network."
  type        = list(string)
  default     = []
}

variable "administrator_arns" {
  description = "ARNs of further roles and users that administer the cluster, by a name of your choice."
  type        = map(string)
  default     = {}
}

variable "addon_versions" {
  description = "Releases of the cluster's add-ons by name; those that are not named are what EKS has for the Kubernetes release."
  type        = map(string)
  default     = {}
}

variable "apps_pool" {
  description = "Machines for the platform."
  type = object({
    instance_types = optional(list(string), ["m7i.xlarge"])
    ami_type       = optional(string, "AL2023_x86_64_STANDARD")
    min_count      = optional(number, 2)
    max_count      = optional(number, 10)
    disk_gb        = optional(number, 60)
  })
  default = {}
}

variable "gpu_pool" {
  description = "Machines with GPUs for speech, down to none while nobody speaks; null for no such group."
  type = object({
    instance_types = optional(list(string), ["g6.xlarge"])
    gpus_per_node  = optional(number, 1)
    spot           = optional(bool, false)
    min_count      = optional(number, 0)
    max_count      = optional(number, 2)
  })
  default = null
}

variable "identity_mechanism" {
  description = "How pods get their roles: podIdentity (by the agent on the node) or irsa (by tokens of the cluster's issuer)."
  type        = string
  default     = "podIdentity"

  validation {
    condition     = contains(["podIdentity", "irsa"], var.identity_mechanism)
    error_message = "Choose podIdentity or irsa."
  }
}

variable "database_auth" {
  description = "How services sign in to Postgres: aws (tokens of IAM) or password (made by the chart)."
  type        = string
  default     = "aws"

  validation {
    condition     = contains(["aws", "password"], var.database_auth)
    error_message = "Choose aws or password."
  }
}

variable "rds_ca_file" {
  description = "File with the certificates that sign those of RDS: https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
  type        = string
  default     = "global-bundle.pem"
}

variable "password_version" {
  description = "Raise it to make the passwords of Postgres' administrator and of Redis anew."
  type        = number
  default     = 1
}

variable "postgres" {
  description = "Size and safety of Postgres."
  type = object({
    instance_class  = optional(string, "db.m7g.large")
    storage_gb      = optional(number, 64)
    max_storage_gb  = optional(number, 512)
    max_connections = optional(number, 800)
    multi_az        = optional(bool, true)
  })
  default = {}
}

variable "redis" {
  description = "Size and safety of Redis."
  type = object({
    node_type = optional(string, "cache.t4g.medium")
    replicas  = optional(number, 1)
  })
  default = {}
}

variable "retention_days" {
  description = "How many days back the database and deleted files can be restored to."
  type        = number
  default     = 14
}

variable "deletion_protection" {
  description = "Whether the cluster, the database and a bucket with files are kept from being deleted."
  type        = bool
  default     = true
}

variable "deploy_release" {
  description = "Whether the chart is installed; false for the infrastructure alone."
  type        = bool
  default     = true
}

variable "release_name" {
  description = "Name of the Helm release; service accounts are named after it."
  type        = string
  default     = "open-webui"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,28}[a-z0-9]$", var.release_name))
    error_message = "Use 2 to 30 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "namespace" {
  description = "Namespace of the release."
  type        = string
  default     = "open-webui"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "chart" {
  description = "Folder of the chart, or its address in a registry: oci://…"
  type        = string
  default     = "../../../../charts/open-webui"
}

variable "chart_version" {
  description = "Release of the chart in a registry; null for a folder."
  type        = string
  default     = null
}

variable "image" {
  description = "Where the images are: <registry>/<repository>/<service>:<tag>; the chart's own release when the tag is empty."
  type = object({
    registry   = optional(string, "")
    repository = optional(string, "owui")
    tag        = optional(string, "")
  })
  default = {}
}

variable "replicas" {
  description = "Replicas of each service, at least and at most."
  type = object({
    min = optional(number, 2)
    max = optional(number, 10)
  })
  default = {}

  validation {
    condition     = var.replicas.min >= 1 && var.replicas.min <= var.replicas.max
    error_message = "Choose a min of at least 1 that is not greater than max."
  }
}

variable "hostname" {
  description = "Name under which people reach the platform; null for no ingress."
  type        = string
  default     = null
}

variable "ingress_class" {
  description = "Class of the ingress controller that is in the cluster."
  type        = string
  default     = "nginx"
}

variable "tls_secret" {
  description = "Name of the Secret with the certificate for the host name; cert-manager writes it when tls_issuer is given."
  type        = string
  default     = "open-webui-tls"
}

variable "tls_issuer" {
  description = "ClusterIssuer of cert-manager that makes the certificate; empty for none."
  type        = string
  default     = ""
}

variable "config" {
  description = "Settings of the platform by the name of their environment variable; docs/configuration.md lists them."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Settings that are secret, such as OPENAI_API_KEYS, by the name of their environment variable."
  type        = map(string)
  default     = {}
  sensitive   = true
}

variable "extra_values" {
  description = "Further values of the chart, as YAML documents; they win over those made here."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
