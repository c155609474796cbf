data "aws_iam_policy_document" "control_plane_trust" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["eks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "control_plane" {
  name               = "${var.name}-control-plane"
  assume_role_policy = data.aws_iam_policy_document.control_plane_trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy_attachment" "control_plane" {
  role       = aws_iam_role.control_plane.name
  policy_arn = "${local.policies}/AmazonEKSClusterPolicy"
}

data "aws_iam_policy_document" "nodes_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "nodes" {
  name               = "${var.name}-nodes"
  assume_role_policy = data.aws_iam_policy_document.nodes_trust.json
  tags               = var.tags
}

# Nodes join and pull images; what pods may do is said by their own roles.
resource "aws_iam_role_policy_attachment" "nodes" {
  for_each = toset(["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"])

  role       = aws_iam_role.nodes.name
  policy_arn = "${local.policies}/${each.value}"
}

data "aws_iam_policy_document" "addons_trust" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "addons" {
  for_each = local.addon_policies

  name               = "${var.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.addons_trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy_attachment" "addons" {
  for_each = local.addon_policies

  role       = aws_iam_role.addons[each.key].name
  policy_arn = "${local.policies}/${each.value}"
}

# The driver encrypts volumes with our key.
data "aws_iam_policy_document" "volumes" {
  statement {
    actions   = ["kms:CreateGrant"]
    resources = [var.kms_key_arn]

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }

  statement {
    actions   = ["kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = [var.kms_key_arn]
  }
}

resource "aws_iam_role_policy" "volumes" {
  name   = "key"
  role   = aws_iam_role.addons["aws-ebs-csi-driver"].id
  policy = data.aws_iam_policy_document.volumes.json
}
