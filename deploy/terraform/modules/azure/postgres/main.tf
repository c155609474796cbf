# People and pods sign in with tokens of Entra; a password is there only where an administrator with one is asked for.
# The database is made by the administrator whom the release has: one that Azure makes belongs to whichever administrator
# was there first, and only its owner lets roles create in it.

resource "azurerm_postgresql_flexible_server" "this" {
  #checkov:skip=CKV2_AZURE_57:The server stands in a subnet that is delegated to it, which excludes private endpoints and is as private.
  #checkov:skip=CKV_AZURE_136:geo_redundant_backup decides; it doubles the price of backups and not every region has a pair.
  name                          = var.name
  resource_group_name           = var.resource_group_name
  location                      = var.location
  version                       = var.postgres_version
  sku_name                      = var.sku_name
  storage_mb                    = var.storage_gb * 1024
  auto_grow_enabled             = true
  backup_retention_days         = var.backup_retention_days
  geo_redundant_backup_enabled  = var.geo_redundant_backup
  public_network_access_enabled = false
  delegated_subnet_id           = var.subnet_id
  private_dns_zone_id           = var.private_dns_zone_id
  tags                          = var.tags

  administrator_login               = var.administrator_name
  administrator_password_wo         = var.administrator_password
  administrator_password_wo_version = var.administrator_name == null ? null : var.administrator_password_version

  authentication {
    active_directory_auth_enabled = true
    password_auth_enabled         = var.administrator_name != null
    tenant_id                     = var.tenant_id
  }

  dynamic "high_availability" {
    for_each = var.high_availability_mode == null ? [] : [var.high_availability_mode]

    content {
      mode = high_availability.value
    }
  }

  lifecycle {
    # Azure chooses the zones, and exchanges them when the standby takes over. The disk grows by itself, and to make it
    # smaller again would mean to replace the server.
    ignore_changes = [zone, high_availability[0].standby_availability_zone, storage_mb]
  }
}

resource "azurerm_postgresql_flexible_server_configuration" "this" {
  for_each = {
    # What may be created with CREATE EXTENSION; VECTOR is pgvector.
    "azure.extensions"         = join(",", var.extensions)
    "ssl_min_protocol_version" = "TLSv1.2"
    "max_connections"          = tostring(var.max_connections)
  }

  server_id = azurerm_postgresql_flexible_server.this.id
  name      = each.key
  value     = each.value
}

resource "azurerm_postgresql_flexible_server_active_directory_administrator" "this" {
  for_each = var.administrators

  server_name         = azurerm_postgresql_flexible_server.this.name
  resource_group_name = var.resource_group_name
  tenant_id           = var.tenant_id
  object_id           = each.value.object_id
  principal_name      = each.key
  principal_type      = each.value.type
}

resource "azurerm_management_lock" "this" {
  count = var.deletion_protection ? 1 : 0

  name       = "${var.name}-keep"
  scope      = azurerm_postgresql_flexible_server.this.id
  lock_level = "CanNotDelete"
  notes      = "Everything that people wrote is in here."
}
