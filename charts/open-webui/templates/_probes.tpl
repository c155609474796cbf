{{/*
When a pod has started, when it may be sent requests, and when it has to be started anew.
*/}}

{{- define "owui.probes" -}}
{{- $p := .values.probes -}}
startupProbe:
  {{- include (printf "owui.%sAlive" .facts.serves) . | nindent 2 }}
  {{- toYaml $p.startup | nindent 2 }}
{{- if ne .facts.serves "nothing" }}
readinessProbe:
  {{- include (printf "owui.%sReady" .facts.serves) . | nindent 2 }}
  {{- toYaml $p.readiness | nindent 2 }}
{{- end }}
livenessProbe:
  {{- include (printf "owui.%sAlive" .facts.serves) . | nindent 2 }}
  {{- toYaml $p.liveness | nindent 2 }}
{{- end -}}

{{/* Alive says nothing of Postgres or Redis: to restart everything while one of them is away would help nobody. */}}
{{- define "owui.httpAlive" -}}
httpGet:
  path: /health
  port: http
{{- end -}}

{{- define "owui.httpReady" -}}
httpGet:
  path: /ready
  port: http
{{- end -}}

{{- define "owui.grpcAlive" -}}
grpc:
  port: 50051
  service: liveness
{{- end -}}

{{- define "owui.grpcReady" -}}
grpc:
  port: 50051
{{- end -}}

{{- define "owui.nothingAlive" -}}
httpGet:
  path: /metrics
  port: metrics
{{- end -}}
