output "endpoint" {
  description = "Address of the account's blobs, without a slash at the end; it is private when this is known."
  value       = trimsuffix(azurerm_storage_account.this.primary_blob_endpoint, "/")
  depends_on  = [azurerm_private_endpoint.this]
}

output "container_name" {
  description = "Name of the container for files."
  value       = azurerm_storage_container.this.name
}

output "container_id" {
  description = "Id of the container, which roles are given on."
  value       = azurerm_storage_container.this.id
}
