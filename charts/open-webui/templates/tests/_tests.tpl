{{/*
What `helm test` and the provider of fixed words have in common.
*/}}

{{- define "owui.testProviderAddress" -}}
{{- printf "http://%s-test-provider.%s.svc.%s:8000/v1" (include "owui.fullname" .) .Release.Namespace .Values.clusterDomain -}}
{{- end -}}

{{/* Says "true" when there is an account with which to sign in. */}}
{{- define "owui.canTest" -}}
{{- if and .Values.tests.enabled (include "owui.secretSource" (dict "root" . "name" "TEST_ACCOUNT_PASSWORD")) -}}true{{- end -}}
{{- end -}}

{{/* The volumes and mounts of a program of the chart; (dict "root" $ "part" "mounts" | "volumes"). */}}
{{- define "owui.programFiles" -}}
{{- if eq .part "mounts" -}}
- name: programs
  mountPath: /programs
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- else -}}
- name: programs
  configMap:
    name: {{ include "owui.fullname" .root }}-test
- name: tmp
  emptyDir: {sizeLimit: 16Mi}
{{- end -}}
{{- end -}}
