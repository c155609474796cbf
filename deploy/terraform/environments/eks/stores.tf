# Names of buckets are unique in all of AWS.
resource "random_string" "suffix" {
  length  = 6
  upper   = false
  special = false
}

# The administrator's, who makes the services' roles.
resource "random_password" "postgres" {
  length  = 40
  special = false

  keepers = { version = var.password_version }
}

resource "random_password" "redis" {
  length  = 64
  special = false

  keepers = { version = var.password_version }
}

module "postgres" {
  source = "../../modules/aws/postgres"

  name                     = var.name
  vpc_id                   = module.network.vpc_id
  subnet_ids               = module.network.private_subnet_ids
  client_security_group_id = module.cluster.security_group_id
  kms_key_arn              = module.encryption_key.arn
  instance_class           = var.postgres.instance_class
  storage_gb               = var.postgres.storage_gb
  max_storage_gb           = var.postgres.max_storage_gb
  max_connections          = var.postgres.max_connections
  multi_az                 = var.postgres.multi_az
  backup_retention_days    = var.retention_days
  deletion_protection      = var.deletion_protection

  administrator_password         = random_password.postgres.result
  administrator_password_version = var.password_version
}

module "redis" {
  source = "../../modules/aws/redis"

  name                     = var.name
  vpc_id                   = module.network.vpc_id
  subnet_ids               = module.network.private_subnet_ids
  client_security_group_id = module.cluster.security_group_id
  kms_key_arn              = module.encryption_key.arn
  node_type                = var.redis.node_type
  replicas                 = var.redis.replicas
  password                 = random_password.redis.result
  password_version         = var.password_version
}

module "object_store" {
  source = "../../modules/aws/object-store"

  name           = "${var.name}-files-${random_string.suffix.result}"
  kms_key_arn    = module.encryption_key.arn
  retention_days = var.retention_days
  force_destroy  = !var.deletion_protection
}
