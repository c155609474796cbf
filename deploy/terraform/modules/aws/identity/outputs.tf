output "role_arn" {
  description = "ARN of the role; its policies and associations exist when this is known."
  value       = aws_iam_role.this.arn
  depends_on  = [aws_iam_role_policy.this, aws_eks_pod_identity_association.this]
}

output "subjects" {
  description = "Service accounts that may take the role, as tokens name them."
  value       = local.subjects
}
