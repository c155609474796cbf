locals {
  # By the workload's key in the chart.
  service_accounts = merge([for identity in local.identities : identity.workloads]...)
  role_arns        = merge([for key, identity in local.identities : { for workload in keys(identity.workloads) : workload => module.identity[key].role_arn }]...)

  values = {
    image = { registry = var.image.registry, repository = var.image.repository, tag = var.image.tag }

    postgresql = {
      database       = module.postgres.database_name
      maxConnections = module.postgres.client_connections
      roles          = { for key, identity in local.identities : replace(key, "-", "_") => identity.database }
      bundled        = { enabled = false }
      external = {
        host = module.postgres.host
        port = module.postgres.port
        auth = var.database_auth
        tls  = { mode = "verify-full" }
        # Makes the extensions, roles and schemas; rds_iam lets a role sign in with tokens, and with nothing else.
        provision = {
          enabled = true
          auth    = "password"
          user    = module.postgres.administrator_name
          grants  = var.database_auth == "aws" ? ["rds_iam"] : []
        }
      }
    }

    # The certificates of RDS are signed by an authority of its own.
    caBundle = { certificates = file(var.rds_ca_file) }

    redis = {
      bundled  = { enabled = false }
      external = { host = module.redis.host, port = module.redis.port, tls = true }
    }

    storage = {
      provider = "s3"
      s3       = { bucket = module.object_store.name, region = module.object_store.region }
    }

    awsIdentity = {
      enabled   = true
      mode      = var.identity_mechanism
      roleArn   = module.identity["rag"].role_arn
      region    = var.region
      workloads = sort(keys(local.service_accounts))
    }

    gpu = { enabled = var.gpu_pool != null, nodeSelector = local.gpu_labels }

    ingress = {
      enabled   = var.hostname != null
      className = var.ingress_class
      hosts     = compact([var.hostname])
      tls       = true
    }
    tls = {
      secretName  = var.tls_secret
      certManager = { enabled = var.tls_issuer != "", issuerRef = { name = var.tls_issuer } }
    }
    config = merge(var.hostname == null ? {} : { WEBUI_URL = "https://${var.hostname}" }, var.config)

    gateway    = { autoscaling = local.autoscaling }
    auth       = merge(local.accounts.auth, { autoscaling = local.autoscaling })
    chat       = merge(local.accounts.chat, { autoscaling = local.autoscaling })
    rag        = merge(local.accounts.rag, { autoscaling = local.autoscaling })
    ragWorker  = merge(local.accounts.ragWorker, { replicas = var.replicas.min })
    ragBeat    = local.accounts.ragBeat
    modelProxy = merge(local.accounts.modelProxy, { autoscaling = local.autoscaling })
  }

  accounts = { for workload, account in local.service_accounts : workload => {
    serviceAccount = {
      name        = account
      annotations = { for name in(var.identity_mechanism == "irsa" ? ["eks.amazonaws.com/role-arn"] : []) : name => local.role_arns[workload] }
    }
  } }

  autoscaling = { enabled = true, minReplicas = var.replicas.min, maxReplicas = var.replicas.max }
}

module "release" {
  source = "../../modules/release"
  count  = var.deploy_release ? 1 : 0

  name          = var.release_name
  namespace     = var.namespace
  chart         = var.chart
  chart_version = var.chart_version
  values        = concat([yamlencode(local.values)], var.extra_values)

  secrets = merge(
    {
      PROVISION_DATABASE_PASSWORD = random_password.postgres.result
      REDIS_PASSWORD              = random_password.redis.result
    },
    var.secrets,
  )

  # Pods get their roles, and nodes to run on, from these.
  depends_on = [module.cluster, module.autoscaler, module.identity]
}
