# What Helm would say.

mock_resource "helm_release" {
  defaults = { status = "deployed" }
}
