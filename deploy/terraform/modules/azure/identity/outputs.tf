output "name" {
  description = "Name of the identity."
  value       = azurerm_user_assigned_identity.this.name
}

output "client_id" {
  description = "Client id that service accounts are annotated with; its credentials exist when this is known."
  value       = azurerm_user_assigned_identity.this.client_id
  depends_on  = [azurerm_federated_identity_credential.this, azurerm_role_assignment.this]
}

output "principal_id" {
  description = "Object id that roles are given to."
  value       = azurerm_user_assigned_identity.this.principal_id
}

output "subjects" {
  description = "Subjects of the tokens that Entra accepts for the identity."
  value       = [for credential in azurerm_federated_identity_credential.this : credential.subject]
}
