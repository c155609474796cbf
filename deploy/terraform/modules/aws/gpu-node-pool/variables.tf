variable "name" {
  description = "Name of the node group."
  type        = string
  default     = "gpu"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", var.name))
    error_message = "Use 1 to 31 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "cluster_name" {
  description = "Name of the cluster."
  type        = string
}

variable "kubernetes_version" {
  description = "Kubernetes release of the nodes: that of the cluster."
  type        = string
}

variable "node_role_arn" {
  description = "ARN of the nodes' role."
  type        = string
}

variable "subnet_ids" {
  description = "Ids of the private subnets; their zones have to offer the machine."
  type        = list(string)
}

variable "kms_key_arn" {
  description = "Key that everything at rest is encrypted with."
  type        = string
}

variable "instance_types" {
  description = "Machines with NVIDIA GPUs; the account needs quota for them."
  type        = list(string)
  default     = ["g6.xlarge"]

  validation {
    condition     = length(var.instance_types) > 0 && alltrue([for type in var.instance_types : can(regex("^[gp][0-9]", type))])
    error_message = "Choose types of the g and p families, such as g6.xlarge."
  }
}

variable "gpus_per_node" {
  description = "How many GPUs each of these machines has."
  type        = number
  default     = 1
}

variable "spot" {
  description = "Whether spare machines are used, which may be taken away at any time."
  type        = bool
  default     = false
}

variable "min_count" {
  description = "Machines that run always; 0 lets the group be empty while nobody needs a GPU."
  type        = number
  default     = 0

  validation {
    condition     = var.min_count >= 0
    error_message = "Choose a min_count that is not negative."
  }
}

variable "max_count" {
  description = "Machines at most."
  type        = number
  default     = 2

  validation {
    condition     = var.max_count >= 1 && var.max_count >= var.min_count
    error_message = "Choose a max_count of at least 1 and not below min_count."
  }
}

variable "disk_gb" {
  description = "Disk for images in GiB; models and images with CUDA are large."
  type        = number
  default     = 128
}

variable "node_labels" {
  description = "Labels that workloads with a GPU select their nodes by."
  type        = map(string)
}

variable "node_taints" {
  description = "Taints that keep everything else away."
  type = list(object({
    key    = string
    value  = string
    effect = string
  }))

  validation {
    condition     = alltrue([for taint in var.node_taints : contains(["NoSchedule", "PreferNoSchedule", "NoExecute"], taint.effect)])
    error_message = "An effect is NoSchedule, PreferNoSchedule or NoExecute."
  }
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
