output "host" {
  description = "Name under which the server is reached inside the network."
  value       = azurerm_postgresql_flexible_server.this.fqdn
}

output "port" {
  description = "Port of the server."
  value       = 5432
}

output "client_connections" {
  description = "Connections that are left for the platform."
  value       = var.max_connections - 20
}

output "database_name" {
  description = "Name of the platform's database, which the release makes."
  value       = var.database_name
}

output "administrator_names" {
  description = "Administrators that sign in with tokens; they exist when this is known."
  value       = [for one in azurerm_postgresql_flexible_server_active_directory_administrator.this : one.principal_name]
}

output "extensions" {
  description = "Extensions that may be created; the server knows of it when this is known."
  value       = azurerm_postgresql_flexible_server_configuration.this["azure.extensions"].value
}
