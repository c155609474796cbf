data "aws_caller_identity" "current" {}

# A session's name is no part of the role that the session has.
data "aws_iam_session_context" "current" {
  arn = data.aws_caller_identity.current.arn
}

locals {
  # What tells machines with GPUs from others; the release gets the same.
  gpu_labels = { "nvidia.com/gpu.present" = "true" }
  gpu_taints = [{ key = "nvidia.com/gpu", value = "present", effect = "NoSchedule" }]
}

module "cluster" {
  source = "../../modules/aws/cluster"

  name                  = var.name
  subnet_ids            = module.network.private_subnet_ids
  kubernetes_version    = var.kubernetes_version
  api_authorized_ranges = var.api_authorized_ranges
  apps_pool             = var.apps_pool
  addon_versions        = var.addon_versions
  kms_key_arn           = module.encryption_key.arn
  log_days              = var.log_days
  deletion_protection   = var.deletion_protection
  administrator_arns = merge(
    { deployer = data.aws_iam_session_context.current.issuer_arn },
    var.administrator_arns,
  )
}

module "autoscaler" {
  source = "../../modules/aws/autoscaler"

  cluster_name = module.cluster.name
}

module "gpu_node_pool" {
  source = "../../modules/aws/gpu-node-pool"
  count  = var.gpu_pool == null ? 0 : 1

  cluster_name       = module.cluster.name
  kubernetes_version = var.kubernetes_version
  node_role_arn      = module.cluster.node_role_arn
  subnet_ids         = module.network.private_subnet_ids
  kms_key_arn        = module.encryption_key.arn
  instance_types     = var.gpu_pool.instance_types
  gpus_per_node      = var.gpu_pool.gpus_per_node
  spot               = var.gpu_pool.spot
  min_count          = var.gpu_pool.min_count
  max_count          = var.gpu_pool.max_count
  node_labels        = local.gpu_labels
  node_taints        = local.gpu_taints
}
