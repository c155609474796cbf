# Names of servers and accounts are unique in all of Azure.
resource "random_string" "suffix" {
  length  = 5
  upper   = false
  special = false
}

# The administrator's, where services sign in with passwords; the services' own are made by the chart.
resource "random_password" "postgres" {
  count = var.database_auth == "password" ? 1 : 0

  length  = 40
  special = false
}

module "postgres" {
  source = "../../modules/azure/postgres"

  name                   = "${var.name}-${random_string.suffix.result}"
  resource_group_name    = azurerm_resource_group.this.name
  location               = azurerm_resource_group.this.location
  tenant_id              = data.azurerm_client_config.current.tenant_id
  subnet_id              = module.network.postgres_subnet_id
  private_dns_zone_id    = module.network.postgres_private_dns_zone_id
  sku_name               = var.postgres.sku_name
  storage_gb             = var.postgres.storage_gb
  max_connections        = var.postgres.max_connections
  high_availability_mode = var.postgres.high_availability_mode
  geo_redundant_backup   = var.postgres.geo_redundant_backup
  backup_retention_days  = var.retention_days
  deletion_protection    = var.deletion_protection
  tags                   = var.tags

  administrator_name     = var.database_auth == "password" ? local.postgres_administrator : null
  administrator_password = one(random_password.postgres[*].result)

  # No service is among them.
  administrators = merge(
    var.postgres_administrators,
    { for identity in module.provision_identity : identity.name => { object_id = identity.principal_id } },
  )
}

module "redis" {
  source = "../../modules/azure/redis"

  name                = "${var.name}-${random_string.suffix.result}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  endpoint_subnet_id  = module.network.endpoints_subnet_id
  private_dns_zone_id = module.network.endpoint_private_dns_zone_ids["redis"]
  sku_name            = var.redis.sku_name
  high_availability   = var.redis.high_availability
  tags                = var.tags
}

module "object_store" {
  source = "../../modules/azure/object-store"

  name                = substr("${replace(var.name, "-", "")}${random_string.suffix.result}", -24, -1)
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  endpoint_subnet_id  = module.network.endpoints_subnet_id
  private_dns_zone_id = module.network.endpoint_private_dns_zone_ids["blob"]
  replication_type    = var.file_replication_type
  retention_days      = var.retention_days
  deletion_protection = var.deletion_protection
  tags                = var.tags
}
