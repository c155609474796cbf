output "vpc_id" {
  description = "Id of the network."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "Ids of the private subnets; they have their way out when this is known."
  value       = aws_route_table_association.private[*].subnet_id
  depends_on  = [aws_route.private]
}

output "public_subnet_ids" {
  description = "Ids of the subnets for load balancers."
  value       = aws_subnet.public[*].id
}

output "outbound_addresses" {
  description = "Public addresses that the cluster's calls to model providers come from."
  value       = aws_eip.nat[*].public_ip
}
