{{/*
Network policies: exactly the arrows of files/workloads.yaml, from both ends. What is not named is denied, because every
pod of the release is selected by a policy for both directions.
*/}}

{{- define "owui.networkPolicy" -}}
{{- $np := .root.Values.networkPolicy -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "owui.metadata" (dict "root" .root "name" .name) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "owui.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- include "owui.ingressRules" . | trim | nindent 4 }}
    {{- with .values.networkPolicy.extraIngress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  egress:
    {{- include "owui.egressRules" . | nindent 4 }}
    {{- with .values.networkPolicy.extraEgress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{- define "owui.ingressRules" -}}
{{- $np := .root.Values.networkPolicy }}
{{- if eq .facts.serves "http" }}
- ports:
    - port: 8080
  {{- if $np.gatewayFrom }}
  from:
    {{- toYaml $np.gatewayFrom | nindent 4 }}
    - podSelector:
        matchLabels:
          {{- include "owui.selectorLabels" (dict "root" .root "name" "test") | nindent 10 }}
  {{- end }}
{{- else if eq .facts.serves "grpc" }}
{{- with include "owui.callers" . | trim }}
- from:
    {{- . | nindent 4 }}
  ports:
    - port: 50051
{{- end }}
{{- end }}
- from:
    {{- toYaml $np.metricsFrom | nindent 4 }}
  ports:
    - port: 9090
{{- end -}}

{{/* The workloads that call this one, as peers of a policy. */}}
{{- define "owui.callers" -}}
{{- $context := . -}}
{{- $all := .root.Files.Get "files/workloads.yaml" | fromYaml -}}
{{- range (include "owui.enabledKeys" .root | fromJson).keys -}}
{{- $caller := index $all . -}}
{{- if has $context.key ($caller.calls | default list) }}
- podSelector:
    matchLabels:
      {{- include "owui.serviceSelector" (dict "root" $context.root "service" $caller.name) | nindent 6 }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "owui.egressRules" -}}
{{- $context := . -}}
{{- $np := .root.Values.networkPolicy -}}
{{ include "owui.dnsRule" .root }}
{{- range .facts.calls }}
{{- $callee := include "owui.described" (dict "root" $context.root "key" .) | fromYaml }}
{{- if $callee.values.enabled }}
- to:
    - podSelector:
        matchLabels:
          {{- include "owui.serviceSelector" (dict "root" $context.root "service" $callee.service) | nindent 10 }}
  ports:
    - port: 50051
{{- end }}
{{- end }}
{{- if .facts.schema }}
{{ include "owui.postgresRule" .root }}
{{- end }}
{{- if .facts.redis }}
{{ include "owui.redisRule" .root }}
{{- end }}
{{- range .facts.outside }}
{{- if include "owui.reachesOutside" (dict "root" $context.root "what" .) }}
{{ toYaml (index $np.outside .) }}
{{- end }}
{{- end }}
{{- if and (eq .key "modelProxy") .root.Values.tests.provider.enabled }}
{{ include "owui.toTestProviderRule" .root }}
{{- end }}
{{- with include "owui.identityRules" . | trim }}
{{ . }}
{{- end }}
{{- if and .facts.outside (or .root.Values.proxy.http .root.Values.proxy.https) }}
{{ toYaml $np.outside.proxy }}
{{- end }}
{{- with $np.outside.telemetry }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Says "true" unless nothing is there: files on a volume need no way to an object storage. */}}
{{- define "owui.reachesOutside" -}}
{{- $needed := ne .what "storage" | or (ne .root.Values.storage.provider "local") -}}
{{- if and $needed (index .root.Values.networkPolicy.outside .what) -}}true{{- end -}}
{{- end -}}

{{- define "owui.dnsRule" -}}
- to:
    {{- toYaml .Values.networkPolicy.dns.to | nindent 4 }}
  ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end -}}

{{- define "owui.postgresRule" -}}
{{- $postgres := include "owui.postgres" . | fromYaml -}}
{{- if .Values.postgresql.bundled.enabled -}}
- to:
    - podSelector:
        matchLabels:
          {{- include "owui.selectorLabels" (dict "root" . "name" "postgresql") | nindent 10 }}
  ports:
    - port: 5432
{{- else -}}
- ports:
    - port: {{ $postgres.port }}
  {{- with .Values.networkPolicy.postgresTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
{{- end -}}

{{- define "owui.redisRule" -}}
{{- if .Values.redis.bundled.enabled -}}
- to:
    - podSelector:
        matchLabels:
          {{- include "owui.selectorLabels" (dict "root" . "name" "valkey") | nindent 10 }}
  ports:
    - port: 6379
{{- else -}}
- ports:
    {{- range include "owui.redisPorts" . | fromJsonArray }}
    - port: {{ . }}
    {{- end }}
  {{- with .Values.networkPolicy.redisTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
{{- end -}}

{{- define "owui.redisPorts" -}}
{{- $e := .Values.redis.external -}}
{{- $ports := list (int $e.port) -}}
{{- with .Values.redis.broker -}}{{- if .host -}}{{- $ports = append $ports (int .port) -}}{{- end -}}{{- end -}}
{{- if $e.sentinel.hosts -}}{{- $ports = append $ports (int $e.sentinel.port) -}}{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}

{{/* Where identities in the cloud are exchanged for tokens. */}}
{{- define "owui.identityRules" -}}
{{- if and (include "owui.usesAwsIdentity" .) (eq .root.Values.awsIdentity.mode "podIdentity") }}
{{ include "owui.podIdentityRule" . }}
{{- end }}
{{- if or (include "owui.usesAzureIdentity" .) (include "owui.usesAwsIdentity" .) }}
{{ toYaml .root.Values.networkPolicy.outside.tokens }}
{{- end }}
{{- end -}}

{{- define "owui.podIdentityRule" -}}
# The agent of EKS Pod Identity.
- to:
    - ipBlock:
        cidr: 169.254.170.23/32
    - ipBlock:
        cidr: fd00:ec2::23/128
  ports:
    - port: 80
{{- end -}}
