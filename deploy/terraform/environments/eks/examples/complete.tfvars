# A company's installation: private API server, standbys, GPUs for speech, and a name of its own.
#
#   terraform apply -var-file=examples/complete.tfvars

region = "eu-central-1"
name   = "owui-prod"
tags   = { team = "platform", environment = "production" }

# The network.
address_space        = "10.60.0.0/16"
zones                = ["a", "b", "c"]
nat_gateway_per_zone = true
log_days             = 365

# None makes the API server private: Terraform has to run inside the network, or in one that is peered with it.
api_authorized_ranges = []
administrator_arns    = { platform = "arn:aws:iam::123456789012:role/platform-team" }
kubernetes_version    = "1.34"
addon_versions        = {}

apps_pool = { instance_types = ["m7i.2xlarge", "m6i.2xlarge"], min_count = 3, max_count = 20 }
gpu_pool  = { instance_types = ["g6.xlarge"], gpus_per_node = 1, max_count = 4 }

# How pods sign in to AWS and to Postgres.
identity_mechanism = "podIdentity"
database_auth      = "aws"
rds_ca_file        = "global-bundle.pem"
password_version   = 1

# Stores.
postgres            = { instance_class = "db.m7g.xlarge", storage_gb = 256, max_storage_gb = 1024, max_connections = 1600, multi_az = true }
redis               = { node_type = "cache.m7g.large", replicas = 2 }
retention_days      = 35
deletion_protection = true

# The platform.
image = {
  registry   = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
  repository = "owui"
  tag        = "0.1.0"
}

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
