output "resource_group_name" {
  description = "Resource group that everything is in."
  value       = azurerm_resource_group.this.name
}

output "cluster_name" {
  description = "Name of the cluster: az aks get-credentials --resource-group … --name …"
  value       = module.cluster.name
}

output "outbound_address" {
  description = "Public address that calls to model providers come from."
  value       = module.network.outbound_address
}

output "postgres_host" {
  description = "Name of Postgres inside the network."
  value       = module.postgres.host
}

output "postgres_roles" {
  description = "Roles that services sign in to Postgres as, where they do so with tokens; the release makes them."
  value       = var.database_auth == "azure" ? [for identity in module.identity : identity.name] : []
}

output "postgres_administrators" {
  description = "Who administers Postgres with tokens of Entra."
  value       = module.postgres.administrator_names
}

output "redis_host" {
  description = "Name of Redis inside the network."
  value       = module.redis.host
}

output "redis_password" {
  description = "Access key of Redis."
  value       = module.redis.password
  sensitive   = true
}

output "files_endpoint" {
  description = "Address of the files' storage account."
  value       = module.object_store.endpoint
}

output "client_ids" {
  description = "Client ids of the services' identities."
  value       = { for key, identity in module.identity : key => identity.client_id }
}

output "subjects" {
  description = "Subjects of the service account tokens that Entra accepts."
  value       = flatten([for identity in concat(values(module.identity), module.provision_identity) : identity.subjects])
}

output "release_status" {
  description = "What Helm says of the release; null without one."
  value       = one(module.release[*].status)
}
