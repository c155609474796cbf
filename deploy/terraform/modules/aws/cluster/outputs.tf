output "name" {
  description = "Name of the cluster; it has nodes and add-ons when this is known."
  value       = aws_eks_cluster.this.name
  depends_on  = [aws_eks_addon.after_nodes]
}

output "host" {
  description = "Address of the API server."
  value       = aws_eks_cluster.this.endpoint
  depends_on  = [aws_eks_access_policy_association.administrators]
}

output "ca_certificate" {
  description = "Certificate authority of the API server, in base64."
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "security_group_id" {
  description = "Security group of the nodes and of the API server."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

output "oidc_provider_arn" {
  description = "ARN of the issuer of the service accounts' tokens."
  value       = aws_iam_openid_connect_provider.this.arn
}

output "oidc_issuer_url" {
  description = "Address of the issuer of the service accounts' tokens."
  value       = aws_eks_cluster.this.identity[0].oidc[0].issuer
}

output "node_role_arn" {
  description = "ARN of the nodes' role; further node groups use it."
  value       = aws_iam_role.nodes.arn
  depends_on  = [aws_iam_role_policy_attachment.nodes]
}
