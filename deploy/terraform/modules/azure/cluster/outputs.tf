output "id" {
  description = "Id of the cluster; it has nodes for the platform when this is known."
  value       = azurerm_kubernetes_cluster_node_pool.apps.kubernetes_cluster_id
}

output "name" {
  description = "Name of the cluster."
  value       = azurerm_kubernetes_cluster.this.name
}

output "host" {
  description = "Address of the API server. Accounts are off, so that nothing here signs anybody in; the provider marks it all the same."
  value       = azurerm_kubernetes_cluster.this.kube_config[0].host
  sensitive   = true
  # Who deploys may do so only with their role.
  depends_on = [azurerm_role_assignment.administrators]
}

output "ca_certificate" {
  description = "Certificate authority of the API server, in base64."
  value       = azurerm_kubernetes_cluster.this.kube_config[0].cluster_ca_certificate
  sensitive   = true
}

output "oidc_issuer_url" {
  description = "Issuer of the service accounts' tokens."
  value       = azurerm_kubernetes_cluster.this.oidc_issuer_url
}

output "kubelet_object_id" {
  description = "Object id of the nodes' identity, which pulls images."
  value       = one(azurerm_kubernetes_cluster.this.kubelet_identity[*].object_id)
}
