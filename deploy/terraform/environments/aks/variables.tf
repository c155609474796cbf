variable "subscription_id" {
  description = "Subscription that everything is created in."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", lower(var.subscription_id)))
    error_message = "Give the id of a subscription: 8-4-4-4-12 hexadecimal digits."
  }
}

variable "name" {
  description = "Name of the installation: of its resource group and cluster, and the beginning of all other names."
  type        = string
  default     = "owui"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "Use 3 to 20 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "location" {
  description = "Azure region, such as westeurope."
  type        = string
}

variable "address_space" {
  description = "Range of the virtual network. It must not overlap networks it is peered with."
  type        = string
  default     = "10.40.0.0/16"
}

variable "ingress_source_addresses" {
  description = "Ranges that may reach the ingress controller on ports 80 and 443."
  type        = list(string)
  default     = []
}

variable "kubernetes_version" {
  description = "Kubernetes release; patch releases follow by themselves."
  type        = string
  default     = "1.34"
}

variable "private_cluster" {
  description = "Whether the API server has only a private address; Terraform then has to run inside the network."
  type        = bool
  default     = false
}

variable "api_authorized_ranges" {
  description = "Ranges that may call a public API server: where you and your pipelines call from."
  type        = list(string)
  default     = []
}

variable "admin_group_object_ids" {
  description = "Object ids of the Entra groups that administer the cluster."
  type        = list(string)
  default     = []
}

variable "kubelogin_mode" {
  description = "How Terraform signs in to the cluster: azurecli, workloadidentity, msi or spn."
  type        = string
  default     = "azurecli"

  validation {
    condition     = contains(["azurecli", "workloadidentity", "msi", "spn"], var.kubelogin_mode)
    error_message = "Choose azurecli, workloadidentity, msi or spn."
  }
}

variable "zones" {
  description = "Availability zones that nodes are spread over."
  type        = list(string)
  default     = ["1", "2", "3"]
}

variable "host_encryption" {
  description = "Whether disks are encrypted on the host too; the subscription needs the feature EncryptionAtHost."
  type        = bool
  default     = true
}

variable "system_pool" {
  description = "Machines for what the cluster itself needs."
  type = object({
    vm_size   = optional(string, "Standard_D2as_v5")
    min_count = optional(number, 2)
    max_count = optional(number, 4)
  })
  default = {}
}

variable "apps_pool" {
  description = "Machines for the platform."
  type = object({
    vm_size   = optional(string, "Standard_D4as_v5")
    min_count = optional(number, 2)
    max_count = optional(number, 10)
  })
  default = {}
}

variable "gpu_pool" {
  description = "Machines with GPUs for speech, down to none while nobody speaks; null for no such pool."
  type = object({
    vm_size   = optional(string, "Standard_NC4as_T4_v3")
    min_count = optional(number, 0)
    max_count = optional(number, 2)
    zones     = optional(list(string))
  })
  default = null
}

variable "log_analytics_workspace_id" {
  description = "Workspace for container insights; null for none."
  type        = string
  default     = null
}

variable "container_registry_id" {
  description = "Id of the Azure container registry that the nodes pull from; null for another registry."
  type        = string
  default     = null
}

variable "database_auth" {
  description = "How services sign in to Postgres: azure (tokens of Entra) or password (made by the chart)."
  type        = string
  default     = "azure"

  validation {
    condition     = contains(["azure", "password"], var.database_auth)
    error_message = "Choose azure or password."
  }
}

variable "postgres" {
  description = "Size and safety of Postgres."
  type = object({
    sku_name               = optional(string, "GP_Standard_D2ds_v5")
    storage_gb             = optional(number, 64)
    max_connections        = optional(number, 800)
    high_availability_mode = optional(string, "ZoneRedundant")
    geo_redundant_backup   = optional(bool, false)
  })
  default = {}
}

variable "postgres_administrators" {
  description = "People and groups that administer Postgres, by their name in Entra."
  type = map(object({
    object_id = string
    type      = string
  }))
  default = {}
}

variable "redis" {
  description = "Size and safety of Redis."
  type = object({
    sku_name          = optional(string, "Balanced_B1")
    high_availability = optional(bool, true)
  })
  default = {}
}

variable "file_replication_type" {
  description = "Where copies of files are kept: LRS (one building), ZRS (three zones), GRS or GZRS (another region too)."
  type        = string
  default     = "ZRS"
}

variable "retention_days" {
  description = "How many days back the database and deleted files can be restored to."
  type        = number
  default     = 14
}

variable "deletion_protection" {
  description = "Whether locks keep the database and the files from being deleted."
  type        = bool
  default     = true
}

variable "openai_account_ids" {
  description = "Ids of Azure OpenAI accounts that models are called on, by a name of your choice."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for id in values(var.openai_account_ids) : can(regex("/providers/Microsoft.CognitiveServices/accounts/[^/]+$", id))])
    error_message = "Give ids of resources that end with /providers/Microsoft.CognitiveServices/accounts/NAME."
  }
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
