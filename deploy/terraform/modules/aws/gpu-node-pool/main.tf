resource "aws_launch_template" "this" {
  name                   = "${var.cluster_name}-${var.name}"
  update_default_version = true
  tags                   = var.tags

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size           = 4
      volume_type           = "gp3"
      encrypted             = true
      kms_key_id            = var.kms_key_arn
      delete_on_termination = true
    }
  }

  # The second disk of Bottlerocket holds images and volumes.
  block_device_mappings {
    device_name = "/dev/xvdb"

    ebs {
      volume_size           = var.disk_gb
      volume_type           = "gp3"
      encrypted             = true
      kms_key_id            = var.kms_key_arn
      delete_on_termination = true
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = merge(var.tags, { Name = "${var.cluster_name}-${var.name}" })
  }
}

# This system brings the driver and tells Kubernetes of the GPUs by itself.
resource "aws_eks_node_group" "this" {
  cluster_name    = var.cluster_name
  node_group_name = var.name
  node_role_arn   = var.node_role_arn
  subnet_ids      = var.subnet_ids
  version         = var.kubernetes_version
  ami_type        = "BOTTLEROCKET_x86_64_NVIDIA"
  capacity_type   = var.spot ? "SPOT" : "ON_DEMAND"
  instance_types  = var.instance_types
  labels          = var.node_labels
  tags            = var.tags

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }

  scaling_config {
    min_size     = var.min_count
    desired_size = var.min_count
    max_size     = var.max_count
  }

  dynamic "taint" {
    for_each = var.node_taints

    content {
      key    = taint.value.key
      value  = taint.value.value
      effect = local.effects[taint.value.effect]
    }
  }

  update_config {
    max_unavailable = 1
  }

  node_repair_config {
    enabled = true
  }

  lifecycle {
    # How many there are is the autoscaler's business.
    ignore_changes = [scaling_config[0].desired_size]
  }
}

locals {
  effects = {
    NoSchedule       = "NO_SCHEDULE"
    PreferNoSchedule = "PREFER_NO_SCHEDULE"
    NoExecute        = "NO_EXECUTE"
  }
  # The autoscaler looks at these when the group has no machine that it could look at.
  hints = merge(
    { for key, value in var.node_labels : "k8s.io/cluster-autoscaler/node-template/label/${key}" => value },
    { for taint in var.node_taints : "k8s.io/cluster-autoscaler/node-template/taint/${taint.key}" => "${taint.value}:${taint.effect}" },
    { "k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu" = tostring(var.gpus_per_node) },
  )
}

# Tags of a node group do not reach the autoscaling group that it makes.
resource "aws_autoscaling_group_tag" "hints" {
  for_each = local.hints

  autoscaling_group_name = aws_eks_node_group.this.resources[0].autoscaling_groups[0].name

  tag {
    key                 = each.key
    value               = each.value
    propagate_at_launch = false
  }
}
