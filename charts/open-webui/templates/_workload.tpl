{{/*
The one template of all workloads. A thin file per service calls "owui.workload" with its key in values.yaml; what
the service is (its image, whom it calls) is in files/workloads.yaml.
*/}}

{{/*
All objects of a workload; (dict "root" $ "key" "chat"). "variant" "cpu" is a second Deployment of one that uses GPUs, for
processors, with an account and a policy of its own behind the same Service.
*/}}
{{- define "owui.workload" -}}
{{- $w := include "owui.described" . | fromYaml -}}
{{- $_ := set $w "root" .root -}}
{{- if $w.values.enabled }}
{{ include "owui.deployment" $w }}
{{- if and (not $w.cpu) (or (ne $w.facts.serves "nothing") .root.Values.monitoring.serviceMonitor.enabled) }}
---
{{ include "owui.service" $w }}
{{- end }}
{{- if and (eq $w.facts.serves "http") .root.Values.monitoring.serviceMonitor.enabled }}
---
{{ include "owui.metricsService" $w }}
{{- end }}
{{- if $w.values.serviceAccount.create }}
---
{{ include "owui.serviceAccount" $w }}
{{- end }}
{{- if $w.values.autoscaling.enabled }}
---
{{ include (printf "owui.%s" $w.values.autoscaling.kind) $w }}
{{- end }}
{{- if and $w.values.pdb.enabled (gt (int $w.least) 1) }}
---
{{ include "owui.disruptionBudget" $w }}
{{- end }}
{{- if .root.Values.networkPolicy.enabled }}
---
{{ include "owui.networkPolicy" $w }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
What is known of a workload, as YAML: key, name, service (which it gives), cpu (whether it is that variant), facts, values
(its own over the defaults), least and most replicas.
*/}}
{{- define "owui.described" -}}
{{- $facts := index (.root.Files.Get "files/workloads.yaml" | fromYaml) .key -}}
{{- $values := mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (index .root.Values .key)) -}}
{{- $cpu := eq (.variant | default "") "cpu" -}}
{{- if $cpu -}}
{{- $_ := set $values "replicas" .root.Values.gpu.cpuFallback.replicas -}}
{{- $_ := set $values "autoscaling" (dict "enabled" false) -}}
{{- end -}}
{{- $scaling := $values.autoscaling -}}
{{- $least := $scaling.enabled | ternary $scaling.minReplicas $values.replicas -}}
{{- $most := $scaling.enabled | ternary $scaling.maxReplicas $values.replicas -}}
{{- $name := $cpu | ternary (printf "%s-cpu" $facts.name) $facts.name -}}
{{- dict "key" .key "name" $name "service" $facts.name "cpu" $cpu "facts" $facts "values" $values "least" $least
    "most" $most | toYaml -}}
{{- end -}}

{{/* The keys of all workloads that are switched on, as a JSON list under "keys". */}}
{{- define "owui.enabledKeys" -}}
{{- $keys := list -}}
{{- range $key, $facts := .Files.Get "files/workloads.yaml" | fromYaml -}}
{{- if (index $.Values $key).enabled -}}
{{- $keys = append $keys $key -}}
{{- end -}}
{{- end -}}
{{- dict "keys" $keys | toJson -}}
{{- end -}}

{{/* The Deployment of a workload. */}}
{{- define "owui.deployment" -}}
{{- $v := .values -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "owui.metadata" (dict "root" .root "name" .name) | nindent 2 }}
spec:
  {{- if not $v.autoscaling.enabled }}
  replicas: {{ $v.replicas }}
  {{- end }}
  revisionHistoryLimit: {{ $v.revisionHistoryLimit }}
  selector:
    matchLabels:
      {{- include "owui.selectorLabels" . | nindent 6 }}
  strategy:
    {{- include "owui.strategy" . | nindent 4 }}
  template:
    metadata:
      labels:
        {{- include "owui.podLabels" . | nindent 8 }}
      annotations:
        {{- include "owui.podAnnotations" . | nindent 8 }}
    spec:
      {{- include "owui.podSpec" . | nindent 6 }}
{{- end -}}

{{/* How replicas are replaced: a new one is ready before an old one goes. */}}
{{- define "owui.strategy" -}}
{{- if .facts.single -}}
# Two at a time would do everything twice.
type: Recreate
{{- else -}}
type: RollingUpdate
rollingUpdate:
  maxSurge: {{ .values.maxSurge }}
  maxUnavailable: 0
{{- end -}}
{{- end -}}

{{/* Without the chart's version: a change of the chart that changes no pod replaces none. */}}
{{- define "owui.podLabels" -}}
{{ include "owui.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: {{ include "owui.name" .root }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
owui-service: {{ .service }}
{{- if include "owui.usesAzureIdentity" . }}
azure.workload.identity/use: "true"
{{- end }}
{{- if include "owui.usesLocalFiles" . }}
owui-files: local
{{- end }}
{{- with .values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "owui.podAnnotations" -}}
kubectl.kubernetes.io/default-container: {{ .name }}
{{- /* Pods do not notice that a Secret or ConfigMap changed; a changed sum replaces them. */}}
checksum/secrets: {{ .root.Values.secrets.values | toJson | sha256sum }}
{{- with .root.Values.caBundle.certificates }}
checksum/ca-bundle: {{ sha256sum . }}
{{- end }}
{{- with .values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}
