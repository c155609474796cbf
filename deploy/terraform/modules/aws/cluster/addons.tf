locals {
  addon_policies = {
    vpc-cni            = "AmazonEKS_CNI_Policy"
    aws-ebs-csi-driver = "service-role/AmazonEBSCSIDriverPolicy"
  }
}

# Nodes are ready only with a network, and pods of theirs get roles only from the agent.
resource "aws_eks_addon" "before_nodes" {
  for_each = {
    vpc-cni = {
      service_account = "aws-node"
      # Without it the chart's network policies would be words.
      configuration = jsonencode({ enableNetworkPolicy = "true", env = { ENABLE_PREFIX_DELEGATION = "true" } })
    }
    kube-proxy             = { service_account = null, configuration = null }
    eks-pod-identity-agent = { service_account = null, configuration = null }
  }

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = lookup(var.addon_versions, each.key, null)
  configuration_values        = each.value.configuration
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  tags                        = var.tags

  dynamic "pod_identity_association" {
    for_each = each.value.service_account == null ? [] : [each.value.service_account]

    content {
      role_arn        = aws_iam_role.addons[each.key].arn
      service_account = pod_identity_association.value
    }
  }

  depends_on = [aws_iam_role_policy_attachment.addons]
}

resource "aws_eks_addon" "after_nodes" {
  for_each = {
    coredns            = null
    metrics-server     = null
    aws-ebs-csi-driver = "ebs-csi-controller-sa"
  }

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = lookup(var.addon_versions, each.key, null)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  tags                        = var.tags

  dynamic "pod_identity_association" {
    for_each = each.value == null ? [] : [each.value]

    content {
      role_arn        = aws_iam_role.addons[each.key].arn
      service_account = pod_identity_association.value
    }
  }

  depends_on = [aws_eks_node_group.apps, aws_iam_role_policy.volumes]
}
