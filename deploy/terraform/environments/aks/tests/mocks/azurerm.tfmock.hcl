# What Azure would say, as far as the configuration asks.

mock_data "azurerm_client_config" {
  defaults = {
    tenant_id = "11111111-1111-1111-1111-111111111111"
    object_id = "22222222-2222-2222-2222-222222222222"
  }
}

mock_resource "azurerm_kubernetes_cluster" {
  defaults = {
    oidc_issuer_url = "https://westeurope.oic.example.com/"
    kube_config = [{
      host                   = "https://owui.example.com"
      cluster_ca_certificate = "Y2VydGlmaWNhdGU="
      client_certificate     = ""
      client_key             = ""
      password               = ""
      username               = ""
    }]
  }
}

mock_resource "azurerm_public_ip" {
  defaults = { ip_address = "203.0.113.9" }
}

mock_resource "azurerm_managed_redis" {
  defaults = {
    hostname         = "owui.westeurope.redis.azure.net"
    default_database = { port = 10000, primary_access_key = "a+b/c=" }
  }
}

mock_resource "azurerm_storage_account" {
  defaults = { primary_blob_endpoint = "https://owui.blob.core.windows.net/" }
}

mock_resource "azurerm_storage_container" {
  defaults = { id = "/containers/files" }
}

mock_resource "azurerm_postgresql_flexible_server" {
  defaults = { fqdn = "owui.private.postgres.database.azure.com" }
}
