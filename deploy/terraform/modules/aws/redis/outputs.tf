output "host" {
  description = "Name of the node that takes writes."
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "port" {
  description = "TLS port of the nodes."
  value       = aws_elasticache_replication_group.this.port
}
