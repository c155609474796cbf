# A company's installation: private cluster, standbys, models of Azure OpenAI, GPUs for speech, and a name of its own.
#
#   terraform apply -var-file=examples/complete.tfvars

subscription_id = "00000000-0000-0000-0000-000000000000"
name            = "owui-prod"
location        = "westeurope"
tags            = { team = "platform", environment = "production" }

# The network, and who may reach the ingress controller in it.
address_space            = "10.60.0.0/16"
ingress_source_addresses = ["198.51.100.0/24"]

# Terraform has to run inside the network, or in one that is peered with it.
private_cluster            = true
kubelogin_mode             = "workloadidentity"
kubernetes_version         = "1.34"
zones                      = ["1", "2", "3"]
host_encryption            = true
admin_group_object_ids     = ["44444444-4444-4444-4444-444444444444"]
log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shared/providers/Microsoft.OperationalInsights/workspaces/logs"

system_pool = { vm_size = "Standard_D2as_v5", min_count = 3, max_count = 5 }
apps_pool   = { vm_size = "Standard_D8as_v5", min_count = 3, max_count = 20 }
gpu_pool    = { vm_size = "Standard_NC4as_T4_v3", max_count = 4, zones = ["1", "2"] }

# Stores.
database_auth = "azure"
postgres = {
  sku_name               = "GP_Standard_D4ds_v5"
  storage_gb             = 256
  max_connections        = 1600
  high_availability_mode = "ZoneRedundant"
  geo_redundant_backup   = true
}
postgres_administrators = {
  "Database Team" = { object_id = "55555555-5555-5555-5555-555555555555", type = "Group" }
}
redis                 = { sku_name = "Balanced_B5", high_availability = true }
file_replication_type = "GZRS"
retention_days        = 35
deletion_protection   = true

# The accounts that model-proxy may call models on.
openai_account_ids = {
  main = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/models"
}

# The platform.
image = {
  registry   = "example.azurecr.io"
  repository = "owui"
  tag        = "0.1.0"
}
container_registry_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/example"

hostname      = "chat.example.com"
ingress_class = "nginx"
tls_issuer    = "letsencrypt"
replicas      = { min = 3, max = 20 }

config = {
  ENABLE_SIGNUP     = "false"
  DEFAULT_USER_ROLE = "user"
}

# Secrets belong into the environment of who runs Terraform: TF_VAR_secrets='{"OPENAI_API_KEYS":"…"}'

extra_values = [
  <<-YAML
  monitoring:
    serviceMonitor:
      enabled: true
    alerts:
      enabled: true
  YAML
]
