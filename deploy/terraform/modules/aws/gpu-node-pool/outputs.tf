output "autoscaling_group_name" {
  description = "Name of the autoscaling group behind the node group."
  value       = aws_eks_node_group.this.resources[0].autoscaling_groups[0].name
}
