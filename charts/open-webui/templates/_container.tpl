{{/*
The container of a workload, and the one that migrates its schema before it starts.
*/}}

{{- define "owui.container" -}}
{{- $v := .values -}}
- name: {{ .name }}
  image: {{ include "owui.ownImage" (dict "root" .root "image" $v.image "name" .facts.image) }}
  imagePullPolicy: {{ $v.image.pullPolicy | default .root.Values.image.pullPolicy }}
  args:
    - {{ .facts.module }}
  env:
    {{- include "owui.environment" . | nindent 4 }}
  {{- include "owui.environmentFrom" . | nindent 2 }}
  ports:
    {{- include "owui.containerPorts" . | nindent 4 }}
  {{- include "owui.probes" . | nindent 2 }}
  resources:
    {{- include "owui.resources" . | nindent 4 }}
  securityContext:
    {{- toYaml $v.securityContext | nindent 4 }}
  volumeMounts:
    {{- include "owui.volumeMounts" . | nindent 4 }}
{{- end -}}

{{/*
Migrations run before each start, not in a hook: a hook would wait for a database that its own release brings. All
replicas may try at once; an advisory lock lets one of them migrate, and where nothing is to be done none waits.
*/}}
{{- define "owui.initContainers" -}}
{{- $v := .values -}}
{{- with $v.initContainers }}
{{ toYaml . }}
{{- end }}
{{- if .facts.migrate }}
- name: migrate
  image: {{ include "owui.ownImage" (dict "root" .root "image" $v.image "name" .facts.image) }}
  imagePullPolicy: {{ $v.image.pullPolicy | default .root.Values.image.pullPolicy }}
  args:
    - {{ .facts.migrate }}
  env:
    {{- include "owui.migrationEnvironment" . | nindent 4 }}
  resources:
    {{- toYaml .root.Values.migrations.resources | nindent 4 }}
  securityContext:
    {{- toYaml $v.securityContext | nindent 4 }}
  volumeMounts:
    - name: tmp
      mountPath: /tmp
    {{- with include "owui.caMount" .root | trim }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end }}
{{- end -}}

{{- define "owui.containerPorts" -}}
{{- if eq .facts.serves "http" }}
- name: http
  containerPort: 8080
{{- else if eq .facts.serves "grpc" }}
- name: grpc
  containerPort: 50051
{{- end }}
- name: metrics
  containerPort: 9090
{{- end -}}

{{- define "owui.resources" -}}
{{- $resources := deepCopy .values.resources -}}
{{- if include "owui.usesGpu" . -}}
{{- $gpu := dict .root.Values.gpu.resource (.root.Values.gpu.count | int) -}}
{{- $_ := set $resources "limits" (merge $gpu ($resources.limits | default dict)) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}
