locals {
  # By the workload's key in the chart.
  service_accounts = merge([for identity in local.identities : identity.workloads]...)
  client_ids       = merge([for key, identity in local.identities : { for workload in keys(identity.workloads) : workload => module.identity[key].client_id }]...)

  values = {
    image = { registry = var.image.registry, repository = var.image.repository, tag = var.image.tag }

    postgresql = {
      database       = module.postgres.database_name
      maxConnections = module.postgres.client_connections
      roles          = var.database_auth == "azure" ? { for key in keys(local.identities) : replace(key, "-", "_") => module.identity[key].name } : {}
      bundled        = { enabled = false }
      external = {
        host = module.postgres.host
        port = module.postgres.port
        auth = var.database_auth
        tls  = { mode = "verify-full" }
        provision = {
          enabled    = true
          auth       = var.database_auth
          user       = var.database_auth == "azure" ? module.provision_identity[0].name : local.postgres_administrator
          principals = var.database_auth == "azure" ? { for identity in module.identity : identity.name => identity.principal_id } : {}
          serviceAccount = {
            create      = var.database_auth == "azure"
            name        = var.database_auth == "azure" ? local.provision_account : ""
            annotations = { for identity in module.provision_identity : "azure.workload.identity/client-id" => identity.client_id }
          }
        }
      }
    }

    redis = {
      bundled  = { enabled = false }
      external = { host = module.redis.host, port = module.redis.port, tls = true }
    }

    storage = {
      provider = "azure"
      azure    = { endpoint = module.object_store.endpoint, container = module.object_store.container_name }
    }

    azureWorkloadIdentity = {
      enabled   = true
      tenantId  = data.azurerm_client_config.current.tenant_id
      clientId  = module.identity["rag"].client_id
      workloads = sort(keys(local.service_accounts))
    }

    # The worker's queue is looked at by the KEDA of AKS.
    networkPolicy = {
      redisFrom = [{ namespaceSelector = { matchLabels = { "kubernetes.io/metadata.name" = "kube-system" } } }]
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
    ragWorker  = merge(local.accounts.ragWorker, { autoscaling = { enabled = true } })
    ragBeat    = local.accounts.ragBeat
    modelProxy = merge(local.accounts.modelProxy, { autoscaling = local.autoscaling })
  }

  accounts = { for workload, account in local.service_accounts : workload => {
    serviceAccount = {
      name        = account
      annotations = { "azure.workload.identity/client-id" = local.client_ids[workload] }
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
    { REDIS_PASSWORD = module.redis.password },
    var.database_auth == "password" ? { PROVISION_DATABASE_PASSWORD = one(random_password.postgres[*].result) } : {},
    var.secrets,
  )

  # Nobody could make pods before, and what they need has to be there.
  depends_on = [module.cluster, module.postgres, module.object_store, module.identity, module.provision_identity, azurerm_role_assignment.registry]
}
