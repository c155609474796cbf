output "namespace" {
  description = "Namespace of the release."
  value       = helm_release.this.namespace
}

output "status" {
  description = "What Helm says of the release."
  value       = helm_release.this.status
}

output "app_version" {
  description = "Release of the platform that runs."
  value       = helm_release.this.metadata.app_version
}
