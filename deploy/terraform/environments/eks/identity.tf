data "aws_partition" "current" {}

locals {
  # A role of IAM per service: the service accounts that take it, by the workload's key in the chart, and its role in
  # Postgres.
  identities = {
    auth = {
      workloads = { auth = "${var.release_name}-auth" }
      database  = "auth_app"
    }
    chat = {
      workloads = { chat = "${var.release_name}-chat" }
      database  = "chat_app"
    }
    model-proxy = {
      workloads = { modelProxy = "${var.release_name}-model-proxy" }
      database  = "model_proxy_app"
    }
    rag = {
      workloads = {
        rag       = "${var.release_name}-rag"
        ragWorker = "${var.release_name}-rag-worker"
        ragBeat   = "${var.release_name}-rag-beat"
      }
      database = "rag_app"
    }
  }

  policies = { for key, identity in local.identities : key => merge(
    { database = data.aws_iam_policy_document.database[key].json },
    key == "rag" ? { files = data.aws_iam_policy_document.files.json } : {},
  ) }
}

# Sign in to Postgres as the service's own role, and as no other.
data "aws_iam_policy_document" "database" {
  for_each = local.identities

  statement {
    actions = ["rds-db:connect"]
    resources = [join(":", [
      "arn:${data.aws_partition.current.partition}:rds-db",
      var.region,
      data.aws_caller_identity.current.account_id,
      "dbuser",
      "${module.postgres.resource_id}/${each.value.database}",
    ])]
  }
}

data "aws_iam_policy_document" "files" {
  statement {
    actions   = ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:GetBucketLocation"]
    resources = [module.object_store.arn]
  }

  statement {
    actions = [
      "s3:GetObject",
      "s3:PutObject",
      "s3:PutObjectTagging",
      "s3:DeleteObject",
      "s3:AbortMultipartUpload",
      "s3:ListMultipartUploadParts",
    ]
    resources = ["${module.object_store.arn}/*"]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [module.encryption_key.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.amazonaws.com"]
    }
  }
}

module "identity" {
  source   = "../../modules/aws/identity"
  for_each = local.identities

  name              = "${var.name}-${each.key}"
  mechanism         = var.identity_mechanism
  cluster_name      = module.cluster.name
  oidc_provider_arn = module.cluster.oidc_provider_arn
  oidc_issuer_url   = module.cluster.oidc_issuer_url
  namespace         = var.namespace
  service_accounts  = values(each.value.workloads)
  policies          = local.policies[each.key]
}
