data "azurerm_client_config" "current" {}

locals {
  # What tells machines with GPUs from others; the release gets the same.
  gpu_labels = { "nvidia.com/gpu.present" = "true" }
  gpu_taints = [{ key = "nvidia.com/gpu", value = "present", effect = "NoSchedule" }]
}

module "cluster" {
  source = "../../modules/azure/cluster"

  name                  = var.name
  resource_group_name   = azurerm_resource_group.this.name
  location              = azurerm_resource_group.this.location
  tenant_id             = data.azurerm_client_config.current.tenant_id
  virtual_network_id    = module.network.virtual_network_id
  subnet_id             = module.network.nodes_subnet_id
  outbound_address      = module.network.outbound_address
  kubernetes_version    = var.kubernetes_version
  private_cluster       = var.private_cluster
  api_authorized_ranges = var.api_authorized_ranges
  zones                 = var.zones
  host_encryption       = var.host_encryption
  system_pool           = var.system_pool
  apps_pool             = var.apps_pool
  tags                  = var.tags

  log_analytics_workspace_id = var.log_analytics_workspace_id
  admin_group_object_ids     = var.admin_group_object_ids
  administrator_object_ids   = { deployer = data.azurerm_client_config.current.object_id }
}

module "gpu_node_pool" {
  source = "../../modules/azure/gpu-node-pool"
  count  = var.gpu_pool == null ? 0 : 1

  cluster_id  = module.cluster.id
  subnet_id   = module.network.nodes_subnet_id
  vm_size     = var.gpu_pool.vm_size
  min_count   = var.gpu_pool.min_count
  max_count   = var.gpu_pool.max_count
  zones       = var.gpu_pool.zones
  node_labels = local.gpu_labels
  node_taints = local.gpu_taints
  tags        = var.tags

  depends_on = [module.cluster]
}
