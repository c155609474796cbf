# One role, the service accounts that may take it, and what it may do.

locals {
  issuer   = trimprefix(var.oidc_issuer_url, "https://")
  subjects = [for account in sort(var.service_accounts) : "system:serviceaccount:${var.namespace}:${account}"]
}

data "aws_iam_policy_document" "trust" {
  # IRSA: tokens of these service accounts are exchanged for the role.
  dynamic "statement" {
    for_each = var.mechanism == "irsa" ? [true] : []

    content {
      actions = ["sts:AssumeRoleWithWebIdentity"]

      principals {
        type        = "Federated"
        identifiers = [var.oidc_provider_arn]
      }

      condition {
        test     = "StringEquals"
        variable = "${local.issuer}:aud"
        values   = ["sts.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "${local.issuer}:sub"
        values   = local.subjects
      }
    }
  }

  # Pod Identity: the agent on the node takes the role for the service accounts that are associated below.
  dynamic "statement" {
    for_each = var.mechanism == "podIdentity" ? [true] : []

    content {
      actions = ["sts:AssumeRole", "sts:TagSession"]

      principals {
        type        = "Service"
        identifiers = ["pods.eks.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:RequestTag/eks-cluster-name"
        values   = [var.cluster_name]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:RequestTag/kubernetes-namespace"
        values   = [var.namespace]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:RequestTag/kubernetes-service-account"
        values   = sort(var.service_accounts)
      }
    }
  }
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "this" {
  for_each = var.policies

  name   = each.key
  role   = aws_iam_role.this.id
  policy = each.value
}

resource "aws_eks_pod_identity_association" "this" {
  for_each = var.mechanism == "podIdentity" ? var.service_accounts : []

  cluster_name    = var.cluster_name
  namespace       = var.namespace
  service_account = each.value
  role_arn        = aws_iam_role.this.arn
  tags            = var.tags
}
