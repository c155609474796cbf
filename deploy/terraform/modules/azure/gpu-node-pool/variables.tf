variable "name" {
  description = "Name of the pool."
  type        = string
  default     = "gpu"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{0,11}$", var.name))
    error_message = "Use 1 to 12 lower-case letters and digits, beginning with a letter."
  }
}

variable "cluster_id" {
  description = "Id of the cluster."
  type        = string
}

variable "subnet_id" {
  description = "Id of the nodes' subnet."
  type        = string
}

variable "vm_size" {
  description = "Machine with NVIDIA GPUs; the region needs quota for it."
  type        = string
  default     = "Standard_NC4as_T4_v3"

  validation {
    condition     = can(regex("^Standard_N", var.vm_size))
    error_message = "Choose a size of the N family, such as Standard_NC4as_T4_v3."
  }
}

variable "min_count" {
  description = "Machines that run always; 0 lets the pool be empty while nobody needs a GPU."
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
  description = "Size of the system disk in GiB; models and images with CUDA are large."
  type        = number
  default     = 128
}

variable "host_encryption" {
  description = "Whether disks are encrypted on the host too; not every size offers it."
  type        = bool
  default     = false
}

variable "zones" {
  description = "Availability zones that offer the machine; null for any."
  type        = list(string)
  default     = null
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

variable "device_plugin_version" {
  description = "Release of NVIDIA's device plugin chart."
  type        = string
  default     = "0.18.2"
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
