{{/*
The environment of a workload. Everything is spelled out in the pod template, so that a change of it replaces the pods
and a rollback brings the former one back. A variable comes before those that refer to it by $(NAME).
*/}}

{{- define "owui.environment" -}}
{{- $context := . -}}
{{- if has "POD_NAME" (include "owui.declaredNames" . | fromJsonArray) -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
{{ end }}
{{- if eq .facts.serves "http" -}}
- name: HOST
  value: {{ .root.Values.listenAddress | quote }}
- name: PORT
  value: "8080"
{{- with .root.Values.trustedProxies }}
- name: FORWARDED_ALLOW_IPS
  value: {{ join "," . | quote }}
{{- end }}
{{- else if eq .facts.serves "grpc" -}}
- name: {{ .facts.prefix }}LISTEN
  value: {{ printf "%s:50051" .root.Values.listenAddress | quote }}
{{- end }}
- name: {{ .facts.metrics }}
  value: "9090"
- name: DRAIN_DELAY_SECONDS
  value: {{ .values.drainDelaySeconds | quote }}
- name: DRAIN_SECONDS
  value: {{ .values.drainSeconds | quote }}
{{ include "owui.secretVariable" (dict "root" .root "name" "WEBUI_SECRET_KEY") }}
{{- range concat (.facts.calls | default list) (.facts.knows | default list) }}
{{- $callee := include "owui.described" (dict "root" $context.root "key" .) | fromYaml }}
{{- if $callee.values.enabled }}
- name: {{ $callee.facts.prefix }}ADDRESS
  value: {{ include "owui.grpcAddress" (dict "root" $context.root "name" $callee.name) }}
{{- end }}
{{- end }}
{{- if .facts.schema }}
{{ include "owui.databaseEnvironment" . }}
{{- if not .facts.poolSize }}
- name: {{ .facts.prefix }}DATABASE_POOL_SIZE
  value: {{ .values.databasePoolSize | quote }}
{{- end }}
{{- end }}
{{- if .facts.redis }}
{{ include "owui.redisEnvironment" . }}
{{- with include "owui.brokerEnvironment" . | trim }}
{{ . }}
{{- end }}
{{- end }}
{{- with include "owui.storageEnvironment" . | trim }}
{{ . }}
{{- end }}
{{- with include "owui.identityEnvironment" . | trim }}
{{ . }}
{{- end }}
{{- with include "owui.egressEnvironment" . | trim }}
{{ . }}
{{- end }}
{{- with include "owui.configEnvironment" . | trim }}
{{ . }}
{{- end }}
{{- with concat .root.Values.extraEnv .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* What a migration needs: the database, and how its certificates are checked. */}}
{{- define "owui.migrationEnvironment" -}}
{{ include "owui.databaseEnvironment" . }}
{{- with include "owui.identityEnvironment" . | trim }}
{{ . }}
{{- end }}
{{- with include "owui.caEnvironment" .root | trim }}
{{ . }}
{{- end }}
{{- end -}}

{{- define "owui.environmentFrom" -}}
{{- with concat .root.Values.extraEnvFrom .values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Where a service answers; the final dot spares a dozen DNS questions for names in search domains. */}}
{{- define "owui.grpcAddress" -}}
{{- printf "dns:///%s-%s.%s.svc.%s:50051" (include "owui.fullname" .root) .name .root.Release.Namespace .root.Values.clusterDomain -}}
{{- end -}}

{{/*
`config`, `<workload>.config` and the secrets that this service declares. What another service declares is left out;
what no service declares is refused in _validation.tpl.
*/}}
{{- define "owui.configEnvironment" -}}
{{- $root := .root -}}
{{- $names := include "owui.declaredNames" . | fromJsonArray -}}
{{- $config := mergeOverwrite (deepCopy .root.Values.config) .values.config -}}
{{- if and (has "OPENAI_API_BASE_URLS" $names) .root.Values.tests.provider.enabled -}}
{{- $config = merge $config (dict "OPENAI_API_BASE_URLS" (include "owui.testProviderAddress" .root)) -}}
{{- end -}}
{{- $separators := (index (.root.Files.Get "files/settings.yaml" | fromYaml) .facts.image).separators -}}
{{- range $name := $names | sortAlpha -}}
{{- if hasKey $config $name }}
- name: {{ $name }}
  value: {{ include "owui.environmentText" (dict "value" (index $config $name) "separator" (get $separators $name)) | quote }}
{{- else if and (not (include "owui.placedElsewhere" (dict "root" $root "name" $name))) (include "owui.secretSource" (dict "root" $root "name" $name)) }}
{{ include "owui.secretVariable" (dict "root" $root "name" $name) }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The variables that a workload reads, as a JSON list. */}}
{{- define "owui.declaredNames" -}}
{{- $declared := .root.Files.Get "files/settings.yaml" | fromYaml -}}
{{- $own := index $declared .facts.image -}}
{{- concat $own.plain $own.secret $declared.everywhere.plain $declared.everywhere.secret | toJson -}}
{{- end -}}

{{/*
A value as a service reads it; (dict "value" … "separator" what stands between the parts of a list, empty for JSON).
Large numbers without an exponent.
*/}}
{{- define "owui.environmentText" -}}
{{- $value := .value -}}
{{- if kindIs "string" $value -}}{{ $value }}
{{- else if and .separator (kindIs "slice" $value) -}}{{ join .separator $value }}
{{- else if or (kindIs "map" $value) (kindIs "slice" $value) -}}{{ toJson $value }}
{{- else if and (kindIs "float64" $value) (eq (floor $value) $value) -}}{{ int64 $value }}
{{- else -}}{{ $value }}{{- end -}}
{{- end -}}
