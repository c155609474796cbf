resource "azurerm_user_assigned_identity" "control_plane" {
  name                = "${var.name}-control-plane"
  resource_group_name = var.resource_group_name
  location            = var.location
  tags                = var.tags
}

# The control plane joins nodes and load balancers to a subnet that is not its own.
resource "azurerm_role_assignment" "network" {
  scope                = var.virtual_network_id
  role_definition_name = "Network Contributor"
  principal_id         = azurerm_user_assigned_identity.control_plane.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_kubernetes_cluster" "this" {
  #checkov:skip=CKV_AZURE_4:Container insights is billed by volume; it is on when log_analytics_workspace_id is given.
  #checkov:skip=CKV_AZURE_6:api_authorized_ranges restricts a public API server, and the variable's validation refuses to have neither that nor a private one.
  #checkov:skip=CKV_AZURE_115:private_cluster decides; who runs Terraform from outside the network needs a public API server for known addresses.
  #checkov:skip=CKV_AZURE_117:Disks are encrypted with keys of the platform, and on the host as well; keys of one's own need a key vault's life cycle that is outside of this module.
  #checkov:skip=CKV_AZURE_226:Ephemeral system disks fit only machines with a large enough cache; os_disk_type decides.
  name                      = var.name
  resource_group_name       = var.resource_group_name
  location                  = var.location
  dns_prefix                = var.name
  kubernetes_version        = var.kubernetes_version
  sku_tier                  = "Standard"
  automatic_upgrade_channel = "patch"
  node_os_upgrade_channel   = "NodeImage"

  # Pods sign in to Azure with tokens of their service accounts; see modules/azure/identity.
  oidc_issuer_enabled       = true
  workload_identity_enabled = true

  local_account_disabled            = true
  role_based_access_control_enabled = true
  azure_policy_enabled              = true
  run_command_enabled               = false
  private_cluster_enabled           = var.private_cluster
  image_cleaner_enabled             = true
  image_cleaner_interval_hours      = 48
  tags                              = var.tags

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.control_plane.id]
  }

  azure_active_directory_role_based_access_control {
    azure_rbac_enabled     = true
    admin_group_object_ids = var.admin_group_object_ids
    tenant_id              = var.tenant_id
  }

  dynamic "api_server_access_profile" {
    for_each = var.private_cluster ? [] : [true]

    content {
      # The nodes call from the NAT gateway's address.
      authorized_ip_ranges = concat(var.api_authorized_ranges, ["${var.outbound_address}/32"])
    }
  }

  # Runs what the cluster itself needs; the platform has a pool of its own.
  default_node_pool {
    name                         = "system"
    vm_size                      = var.system_pool.vm_size
    auto_scaling_enabled         = true
    min_count                    = var.system_pool.min_count
    max_count                    = var.system_pool.max_count
    max_pods                     = 110
    only_critical_addons_enabled = true
    host_encryption_enabled      = var.host_encryption
    os_sku                       = "AzureLinux"
    os_disk_type                 = var.os_disk_type
    vnet_subnet_id               = var.subnet_id
    zones                        = var.zones
    temporary_name_for_rotation  = "systemtmp"
    tags                         = var.tags

    upgrade_settings {
      max_surge = "33%"
    }
  }

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    network_data_plane  = "cilium"
    network_policy      = "cilium"
    outbound_type       = "userAssignedNATGateway"
    load_balancer_sku   = "standard"
    pod_cidr            = var.pod_range
    service_cidr        = var.service_range
    dns_service_ip      = cidrhost(var.service_range, 10)
  }

  # Node pools are those below, not ones that Azure makes up.
  node_provisioning_profile {
    mode = "Manual"
  }

  # Scales the workers with their queues, to none and back.
  workload_autoscaler_profile {
    keda_enabled = true
  }

  key_vault_secrets_provider {
    secret_rotation_enabled = true
  }

  dynamic "oms_agent" {
    for_each = var.log_analytics_workspace_id == null ? [] : [var.log_analytics_workspace_id]

    content {
      log_analytics_workspace_id      = oms_agent.value
      msi_auth_for_monitoring_enabled = true
    }
  }

  depends_on = [azurerm_role_assignment.network]
}

resource "azurerm_kubernetes_cluster_node_pool" "apps" {
  #checkov:skip=CKV_AZURE_226:Ephemeral system disks fit only machines with a large enough cache; os_disk_type decides.
  name                        = "apps"
  kubernetes_cluster_id       = azurerm_kubernetes_cluster.this.id
  mode                        = "User"
  vm_size                     = var.apps_pool.vm_size
  auto_scaling_enabled        = true
  min_count                   = var.apps_pool.min_count
  max_count                   = var.apps_pool.max_count
  max_pods                    = 110
  host_encryption_enabled     = var.host_encryption
  os_sku                      = "AzureLinux"
  os_disk_type                = var.os_disk_type
  vnet_subnet_id              = var.subnet_id
  zones                       = var.zones
  temporary_name_for_rotation = "appstmp"
  tags                        = var.tags

  upgrade_settings {
    max_surge = "33%"
  }
}

# Whoever deploys has no local account to fall back on.
resource "azurerm_role_assignment" "administrators" {
  for_each = var.administrator_object_ids

  scope                = azurerm_kubernetes_cluster.this.id
  role_definition_name = "Azure Kubernetes Service RBAC Cluster Admin"
  principal_id         = each.value
}
