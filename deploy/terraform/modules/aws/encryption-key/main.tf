data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_iam_policy_document" "this" {
  #checkov:skip=CKV_AWS_109:A key's policy names the key itself; the account's own policies decide who administers it.
  #checkov:skip=CKV_AWS_111:A key's policy names the key itself; the account's own policies decide who administers it.
  #checkov:skip=CKV_AWS_356:A key's policy names the key itself; the account's own policies decide who administers it.
  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }

  # Logs are encrypted by the service, not by whoever writes them.
  statement {
    sid       = "Logs"
    actions   = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${data.aws_region.current.region}.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values = [join(":", [
        "arn:${data.aws_partition.current.partition}:logs",
        data.aws_region.current.region,
        data.aws_caller_identity.current.account_id,
        "log-group:*",
      ])]
    }
  }

  # Disks of nodes are made by the role of the autoscaling groups.
  statement {
    sid       = "Nodes"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local.autoscaling_role_arn]
    }
  }

  statement {
    sid       = "NodesGrant"
    actions   = ["kms:CreateGrant"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local.autoscaling_role_arn]
    }

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }
}

locals {
  autoscaling_role_arn = join("", [
    "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}",
    ":role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
  ])
}

resource "aws_kms_key" "this" {
  description             = "Everything of ${var.name} that is at rest"
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_window_days
  policy                  = data.aws_iam_policy_document.this.json
  tags                    = var.tags
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
