resource "helm_release" "this" {
  name             = var.name
  namespace        = var.namespace
  create_namespace = true
  chart            = var.chart
  version          = var.chart_version
  timeout          = var.timeout_seconds
  max_history      = 5
  values           = var.values

  # What failed stays to be looked at; the next run repairs it.
  atomic = false
  wait   = true

  # A comma ends a value here, and a backslash takes a character as it is.
  set_sensitive = [
    for key, value in var.secrets : {
      name  = "secrets.values.${key}"
      value = replace(replace(value, "\\", "\\\\"), ",", "\\,")
      type  = "string"
    }
  ]
}
