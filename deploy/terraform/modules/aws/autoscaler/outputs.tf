output "role_arn" {
  description = "ARN of the autoscaler's role."
  value       = aws_iam_role.this.arn
}
