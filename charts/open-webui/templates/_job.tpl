{{/*
What the pods of jobs and tests have in common: a program in an image that is there anyway.
*/}}

{{/* The pod's security and quiet; (dict "root" $ "token" bool). */}}
{{- define "owui.jobPod" -}}
restartPolicy: {{ .restart | default "OnFailure" }}
automountServiceAccountToken: {{ .token | default false }}
enableServiceLinks: false
{{- include "owui.imagePullSecrets" .root }}
securityContext:
  {{- toYaml .root.Values.defaults.podSecurityContext | nindent 2 }}
{{- with .root.Values.defaults.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.defaults.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The container's image, size and security. */}}
{{- define "owui.jobContainer" -}}
image: {{ include "owui.toolImage" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
resources:
  {{- toYaml .Values.migrations.resources | nindent 2 }}
securityContext:
  {{- toYaml .Values.defaults.securityContext | nindent 2 }}
{{- end -}}
