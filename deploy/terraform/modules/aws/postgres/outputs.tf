output "host" {
  description = "Name under which the instance is reached inside the network."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "Port of the instance."
  value       = aws_db_instance.this.port
}

output "client_connections" {
  description = "Connections that are left for the platform."
  value       = var.max_connections - 20
}

output "database_name" {
  description = "Name of the platform's database."
  value       = aws_db_instance.this.db_name
}

output "administrator_name" {
  description = "Role that makes the services' roles."
  value       = aws_db_instance.this.username
}

output "resource_id" {
  description = "Id that policies for signing in with tokens name the instance by."
  value       = aws_db_instance.this.resource_id
}
