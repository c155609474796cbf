output "cluster_name" {
  description = "Name of the cluster: aws eks update-kubeconfig --name …"
  value       = module.cluster.name
}

output "outbound_addresses" {
  description = "Public addresses that calls to model providers come from."
  value       = module.network.outbound_addresses
}

output "public_subnet_ids" {
  description = "Ids of the subnets for load balancers."
  value       = module.network.public_subnet_ids
}

output "postgres_host" {
  description = "Name of Postgres inside the network."
  value       = module.postgres.host
}

output "postgres_password" {
  description = "Password of Postgres' administrator."
  value       = random_password.postgres.result
  sensitive   = true
}

output "redis_host" {
  description = "Name of Redis inside the network."
  value       = module.redis.host
}

output "files_bucket" {
  description = "Name of the bucket for files."
  value       = module.object_store.name
}

output "role_arns" {
  description = "ARNs of the services' roles."
  value       = { for key, identity in module.identity : key => identity.role_arn }
}

output "subjects" {
  description = "Service accounts that may take these roles, as tokens name them."
  value       = flatten([for identity in module.identity : identity.subjects])
}

output "gpu_autoscaling_group_name" {
  description = "Name of the autoscaling group with GPUs; null without one."
  value       = one(module.gpu_node_pool[*].autoscaling_group_name)
}

output "autoscaler_role_arn" {
  description = "ARN of the role that adds and takes machines."
  value       = module.autoscaler.role_arn
}

output "release_status" {
  description = "What Helm says of the release; null without one."
  value       = one(module.release[*].status)
}
