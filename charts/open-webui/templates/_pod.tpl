{{/*
The pod of a workload: identity, containers, volumes, and where it runs.
*/}}

{{- define "owui.podSpec" -}}
{{- $v := .values -}}
serviceAccountName: {{ include "owui.serviceAccountName" . }}
# Nothing here talks to the Kubernetes API; tokens of cloud identities are mounted by their webhooks.
automountServiceAccountToken: false
enableServiceLinks: false
{{- include "owui.imagePullSecrets" .root }}
{{- with $v.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $v.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
securityContext:
  {{- toYaml $v.podSecurityContext | nindent 2 }}
terminationGracePeriodSeconds: {{ include "owui.gracePeriod" . }}
{{- with include "owui.scheduling" . | trim }}
{{ . }}
{{- end }}
{{- $prepare := include "owui.initContainers" . | trim }}
{{- if $prepare }}
initContainers:
  {{- $prepare | nindent 2 }}
{{- end }}
containers:
  {{- include "owui.container" . | nindent 2 }}
  {{- with $v.sidecars }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  {{- include "owui.volumes" . | nindent 2 }}
{{- end -}}

{{/* How long Kubernetes waits for a pod that it has asked to end: a little longer than the pod takes at most. */}}
{{- define "owui.gracePeriod" -}}
{{- .values.terminationGracePeriodSeconds | default (add .values.drainDelaySeconds .values.drainSeconds 15) -}}
{{- end -}}

{{- define "owui.imagePullSecrets" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  {{- if kindIs "string" . }}
  - name: {{ . }}
  {{- else }}
  - {{ toYaml . }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "owui.serviceAccountName" -}}
{{- .values.serviceAccount.name | default (printf "%s-%s" (include "owui.fullname" .root) .name) -}}
{{- end -}}

{{- define "owui.serviceAccount" -}}
{{- $annotations := include "owui.identityAnnotations" . | fromYaml -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "owui.metadata" (dict "root" .root "name" .name "object" (include "owui.serviceAccountName" .)
        "annotations" (mergeOverwrite $annotations .values.serviceAccount.annotations)) | nindent 2 }}
automountServiceAccountToken: false
{{- end -}}

{{- define "owui.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ .values.tmp.sizeLimit }}
{{- if include "owui.usesLocalFiles" . }}
- name: files
  persistentVolumeClaim:
    claimName: {{ include "owui.filesClaim" .root }}
{{- end }}
{{- with include "owui.caVolume" .root | trim }}
{{ . }}
{{- end }}
{{- with .values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "owui.volumeMounts" -}}
- name: tmp
  mountPath: /tmp
{{- if include "owui.usesLocalFiles" . }}
- name: files
  mountPath: /data
{{- end }}
{{- with include "owui.caMount" .root | trim }}
{{ . }}
{{- end }}
{{- with .values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}
