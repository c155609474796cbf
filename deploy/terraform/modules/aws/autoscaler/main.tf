# Adds machines to node groups for pods that find no place, and takes empty ones away, down to none.

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "this" {
  #checkov:skip=CKV_AWS_356:What only looks cannot be restricted to resources in these services.
  statement {
    sid = "Look"
    actions = [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeAutoScalingInstances",
      "autoscaling:DescribeLaunchConfigurations",
      "autoscaling:DescribeScalingActivities",
      "autoscaling:DescribeTags",
      "ec2:DescribeImages",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:GetInstanceTypesFromInstanceRequirements",
    ]
    resources = ["*"]
  }

  statement {
    sid     = "LookAtNodeGroups"
    actions = ["eks:DescribeNodegroup"]
    resources = [join(":", [
      "arn:${data.aws_partition.current.partition}:eks",
      data.aws_region.current.region,
      data.aws_caller_identity.current.account_id,
      "nodegroup/${var.cluster_name}/*",
    ])]
  }

  statement {
    sid     = "Scale"
    actions = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    resources = [join(":", [
      "arn:${data.aws_partition.current.partition}:autoscaling",
      data.aws_region.current.region,
      data.aws_caller_identity.current.account_id,
      "autoScalingGroup:*",
    ])]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/k8s.io/cluster-autoscaler/${var.cluster_name}"
      values   = ["owned"]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = "${var.cluster_name}-autoscaler"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "this" {
  name   = "scale"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.this.json
}

resource "aws_eks_pod_identity_association" "this" {
  cluster_name    = var.cluster_name
  namespace       = "kube-system"
  service_account = "cluster-autoscaler"
  role_arn        = aws_iam_role.this.arn
  tags            = var.tags
}

resource "helm_release" "this" {
  name       = "cluster-autoscaler"
  namespace  = "kube-system"
  repository = "https://kubernetes.github.io/autoscaler"
  chart      = "cluster-autoscaler"
  version    = var.chart_version

  values = [yamlencode({
    autoDiscovery = { clusterName = var.cluster_name }
    awsRegion     = data.aws_region.current.region
    rbac          = { serviceAccount = { name = aws_eks_pod_identity_association.this.service_account } }
    extraArgs = {
      # Of several groups that would do, the one with the least left over: GPUs stay off while CPUs will do.
      expander                      = "least-waste"
      skip-nodes-with-local-storage = false
    }
  })]

  depends_on = [aws_iam_role_policy.this]
}
