output "virtual_network_id" {
  description = "Id of the virtual network."
  value       = azurerm_virtual_network.this.id
}

output "nodes_subnet_id" {
  description = "Id of the nodes' subnet; it has its way out when this is known."
  value       = azurerm_subnet_nat_gateway_association.nodes.subnet_id
}

output "endpoints_subnet_id" {
  description = "Id of the subnet for private endpoints."
  value       = azurerm_subnet.endpoints.id
}

output "postgres_subnet_id" {
  description = "Id of the subnet that is delegated to Azure Database for PostgreSQL."
  value       = azurerm_subnet.postgres.id
}

output "postgres_private_dns_zone_id" {
  description = "Id of the private zone for Postgres; it is linked to the network when this is known."
  value       = azurerm_private_dns_zone_virtual_network_link.this["postgres"].private_dns_zone_id
}

output "endpoint_private_dns_zone_ids" {
  description = "Ids of the private zones for endpoints, by what is behind them: blob and redis."
  value       = { for key, zone in azurerm_private_dns_zone.endpoints : key => zone.id }
}

output "outbound_address" {
  description = "Public address that the cluster's calls to model providers come from."
  value       = azurerm_public_ip.outbound.ip_address
}
