resource "azurerm_kubernetes_cluster_node_pool" "this" {
  #checkov:skip=CKV_AZURE_227:Machines with GPUs do not all offer encryption at the host; host_encryption decides.
  #checkov:skip=CKV_AZURE_168:Few pods have a GPU to themselves; a machine with two of them never runs fifty.
  name                        = var.name
  kubernetes_cluster_id       = var.cluster_id
  mode                        = "User"
  vm_size                     = var.vm_size
  gpu_driver                  = "Install"
  auto_scaling_enabled        = true
  min_count                   = var.min_count
  max_count                   = var.max_count
  max_pods                    = 30
  os_sku                      = "Ubuntu"
  os_disk_type                = "Managed"
  os_disk_size_gb             = var.disk_gb
  host_encryption_enabled     = var.host_encryption
  vnet_subnet_id              = var.subnet_id
  zones                       = var.zones
  node_labels                 = var.node_labels
  node_taints                 = [for taint in var.node_taints : "${taint.key}=${taint.value}:${taint.effect}"]
  temporary_name_for_rotation = "${substr(var.name, 0, 9)}tmp"
  tags                        = var.tags

  upgrade_settings {
    max_surge = "1"
  }
}

# Tells Kubernetes how many GPUs a node has. Azure installs the driver and leaves this to us.
resource "helm_release" "device_plugin" {
  name       = "nvidia-device-plugin"
  namespace  = "kube-system"
  repository = "https://nvidia.github.io/k8s-device-plugin"
  chart      = "nvidia-device-plugin"
  version    = var.device_plugin_version

  values = [yamlencode({
    nodeSelector = { "kubernetes.azure.com/agentpool" = var.name }
    # The chart's own affinity looks for labels that another program would have to put on the nodes.
    affinity    = null
    tolerations = [for taint in var.node_taints : { key = taint.key, operator = "Exists", effect = taint.effect }]
  })]
}
