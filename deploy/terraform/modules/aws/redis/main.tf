resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
  tags       = var.tags
}

resource "aws_security_group" "this" {
  name        = "${var.name}-redis"
  description = "Valkey of ${var.name}"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-redis" })
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = var.client_security_group_id
  description                  = "The cluster"
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

locals {
  port = 6379
}

resource "aws_elasticache_parameter_group" "this" {
  name        = "${var.name}-valkey${split(".", var.engine_version)[0]}"
  family      = "valkey${split(".", var.engine_version)[0]}"
  description = "Valkey of ${var.name}"
  tags        = var.tags

  # Queues and streams must not be thrown away to make room.
  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_elasticache_replication_group" "this" {
  #checkov:skip=CKV2_AWS_50:Failover over zones is on whenever there is a replica; the check does not follow the variable.
  #checkov:skip=CKV_AWS_31:The token is given write-only, so that it is in no state; the check knows only the other way.
  replication_group_id       = var.name
  description                = "Events and queues of ${var.name}"
  engine                     = "valkey"
  engine_version             = var.engine_version
  node_type                  = var.node_type
  num_cache_clusters         = var.replicas + 1
  automatic_failover_enabled = var.replicas > 0
  multi_az_enabled           = var.replicas > 0
  port                       = local.port
  parameter_group_name       = aws_elasticache_parameter_group.this.name
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [aws_security_group.this.id]

  at_rest_encryption_enabled = true
  kms_key_id                 = var.kms_key_arn
  transit_encryption_enabled = true
  auth_token_wo              = var.password
  auth_token_wo_version      = var.password_version

  auto_minor_version_upgrade = true
  snapshot_retention_limit   = var.snapshot_retention_days
  final_snapshot_identifier  = "${var.name}-final"
  apply_immediately          = true
  tags                       = var.tags
}
