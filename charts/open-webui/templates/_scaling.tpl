{{/*
How many replicas there are: by load, by the length of queues, and at least during upkeep of the cluster.
*/}}

{{- define "owui.hpa" -}}
{{- $s := .values.autoscaling -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "owui.metadata" (dict "root" .root "name" .name) | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "owui.fullname" .root }}-{{ .name }}
  minReplicas: {{ $s.minReplicas }}
  maxReplicas: {{ $s.maxReplicas }}
  metrics:
    {{- with $s.targetCPU }}
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ . }}
    {{- end }}
    {{- range $s.metrics }}
    - type: Pods
      pods:
        metric:
          name: {{ .name }}
        target:
          type: AverageValue
          averageValue: {{ .averageValue | quote }}
    {{- end }}
  behavior:
    scaleDown:
      # A replica that goes has to let its streams finish: one that is needed again soon should stay.
      stabilizationWindowSeconds: {{ $s.scaleDownSeconds }}
      policies:
        - type: Percent
          value: 25
          periodSeconds: 60
{{- end -}}

{{- define "owui.keda" -}}
{{- $s := .values.autoscaling -}}
{{- $root := .root -}}
{{- $service := .facts.image -}}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  {{- include "owui.metadata" (dict "root" .root "name" .name) | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "owui.fullname" .root }}-{{ .name }}
  minReplicaCount: {{ $s.minReplicas }}
  maxReplicaCount: {{ $s.maxReplicas }}
  pollingInterval: {{ $s.keda.pollingSeconds }}
  cooldownPeriod: {{ $s.keda.cooldownSeconds }}
  triggers:
    {{- range .facts.queues }}
    - {{ include "owui.redisTrigger" (dict "root" $root "list" (printf "%s:celery:%s" $service .) "length" $s.keda.queueLength) | nindent 6 | trim }}
    {{- end }}
    # What workers have taken and not finished, so that nobody is sent away who is at work.
    - {{ include "owui.redisTrigger" (dict "root" $root "list" (printf "%s:celery:unacked" $service) "length" $s.keda.queueLength) | nindent 6 | trim }}
    {{- with $s.keda.triggers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/*
A trigger on the length of a list in Redis (of a hash, for what is taken); (dict "root" $ "list" name without prefix,
"length" per replica). KEDA answers from its own namespace, so that names are whole.
*/}}
{{- define "owui.redisTrigger" -}}
{{- $redis := include "owui.broker" .root | fromYaml }}
{{- $host := $redis.inCluster | ternary (printf "%s.%s.svc.%s" $redis.host .root.Release.Namespace .root.Values.clusterDomain) $redis.host }}
{{- if $redis.sentinel.hosts }}
type: redis-sentinel
metadata:
  addresses: {{ include "owui.sentinelAddresses" $redis.sentinel | quote }}
  sentinelMaster: {{ $redis.host | quote }}
  {{- with $redis.sentinel.username }}
  sentinelUsername: {{ . | quote }}
  {{- end }}
{{- else }}
type: redis
metadata:
  address: {{ printf "%s:%d" $host (int $redis.port) | quote }}
{{- end }}
  {{- with $redis.username }}
  username: {{ . | quote }}
  {{- end }}
  listName: {{ printf "%s:%s" .root.Values.redis.keyPrefix .list | quote }}
  listLength: {{ .length | quote }}
  databaseIndex: {{ $redis.database | quote }}
  enableTLS: {{ $redis.tls | quote }}
{{- if or $redis.auth $redis.sentinel.auth }}
authenticationRef:
  name: {{ include "owui.fullname" .root }}-redis
{{- end }}
{{- end -}}

{{/* host:port of each sentinel. */}}
{{- define "owui.sentinelAddresses" -}}
{{- $port := .port -}}
{{- $addresses := list -}}
{{- range .hosts -}}
{{- $addresses = append $addresses (contains ":" . | ternary . (printf "%s:%d" . (int $port))) -}}
{{- end -}}
{{- join "," $addresses -}}
{{- end -}}

{{- define "owui.disruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "owui.metadata" (dict "root" .root "name" .name) | nindent 2 }}
spec:
  {{- if .values.pdb.minAvailable }}
  minAvailable: {{ .values.pdb.minAvailable }}
  {{- else }}
  maxUnavailable: {{ .values.pdb.maxUnavailable }}
  {{- end }}
  # A pod that is not ready protects nothing; without this it could keep a node from being emptied for ever.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "owui.selectorLabels" . | nindent 6 }}
{{- end -}}

{{/* Says "true" when KEDA scales any workload. */}}
{{- define "owui.usesKeda" -}}
{{- $root := . -}}
{{- range (include "owui.enabledKeys" . | fromJson).keys -}}
{{- $v := (include "owui.described" (dict "root" $root "key" .) | fromYaml).values -}}
{{- if and $v.autoscaling.enabled (eq $v.autoscaling.kind "keda") -}}true{{- end -}}
{{- end -}}
{{- end -}}
