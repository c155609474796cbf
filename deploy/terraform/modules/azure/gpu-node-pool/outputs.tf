output "id" {
  description = "Id of the pool."
  value       = azurerm_kubernetes_cluster_node_pool.this.id
}
