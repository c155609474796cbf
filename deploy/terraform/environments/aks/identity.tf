locals {
  postgres_administrator = "owui_admin"
  provision_account      = "${var.release_name}-provision"

  # An identity per service, which the chart's Job makes a role of in Postgres: the service accounts that use it, by the
  # workload's key in the chart, and what it may do in Azure.
  identities = {
    auth = {
      workloads = { auth = "${var.release_name}-auth" }
      roles     = {}
    }
    chat = {
      workloads = { chat = "${var.release_name}-chat" }
      roles     = {}
    }
    model-proxy = {
      workloads = { modelProxy = "${var.release_name}-model-proxy" }
      roles = { for key, id in var.openai_account_ids : "openai-${key}" => {
        role  = "Cognitive Services OpenAI User"
        scope = id
      } }
    }
    rag = {
      workloads = {
        rag       = "${var.release_name}-rag"
        ragWorker = "${var.release_name}-rag-worker"
        ragBeat   = "${var.release_name}-rag-beat"
      }
      roles = { files = {
        role  = "Storage Blob Data Contributor"
        scope = module.object_store.container_id
      } }
    }
  }
}

module "identity" {
  source   = "../../modules/azure/identity"
  for_each = local.identities

  name                = "${var.name}-${each.key}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  issuer              = module.cluster.oidc_issuer_url
  namespace           = var.namespace
  service_accounts    = values(each.value.workloads)
  roles               = each.value.roles
  tags                = var.tags
}

# Administers Postgres: of all that runs in the cluster only the Job that makes the database ready.
module "provision_identity" {
  source = "../../modules/azure/identity"
  count  = var.database_auth == "azure" ? 1 : 0

  name                = "${var.name}-provision"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  issuer              = module.cluster.oidc_issuer_url
  namespace           = var.namespace
  service_accounts    = [local.provision_account]
  tags                = var.tags
}

# Nodes pull the images.
resource "azurerm_role_assignment" "registry" {
  count = var.container_registry_id == null ? 0 : 1

  scope                = var.container_registry_id
  role_definition_name = "AcrPull"
  principal_id         = module.cluster.kubelet_object_id
  principal_type       = "ServicePrincipal"
}
