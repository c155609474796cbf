output "host" {
  description = "Name under which the instance is reached inside the network; its private address is there when this is known."
  value       = azurerm_managed_redis.this.hostname
  depends_on  = [azurerm_private_endpoint.this]
}

output "port" {
  description = "TLS port of the instance."
  value       = azurerm_managed_redis.this.default_database[0].port
}

output "password" {
  description = "Access key of the instance."
  value       = azurerm_managed_redis.this.default_database[0].primary_access_key
  sensitive   = true
}
