{{/*
Where the bytes of files are kept: a volume, S3, Azure Blob or Google Cloud Storage.
*/}}

{{/* Says "true" for a workload that has the files on a volume. */}}
{{- define "owui.usesLocalFiles" -}}
{{- if and .facts.blobs (eq .root.Values.storage.provider "local") -}}true{{- end -}}
{{- end -}}

{{- define "owui.filesClaim" -}}
{{- .Values.storage.local.existingClaim | default (printf "%s-files" (include "owui.fullname" .)) -}}
{{- end -}}

{{- define "owui.storageEnvironment" -}}
{{- if .facts.blobs -}}
{{- $s := .root.Values.storage -}}
- name: STORAGE_PROVIDER
  value: {{ $s.provider }}
{{ if eq $s.provider "local" -}}
- name: DATA_DIR
  value: /data
{{- else -}}
{{ include (printf "owui.%sEnvironment" $s.provider) . }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "owui.s3Environment" -}}
{{- $s := .root.Values.storage.s3 -}}
- name: S3_BUCKET_NAME
  value: {{ $s.bucket | quote }}
{{- with $s.prefix }}
- name: S3_KEY_PREFIX
  value: {{ . | quote }}
{{- end }}
{{- with $s.region }}
- name: S3_REGION_NAME
  value: {{ . | quote }}
{{- end }}
{{- with $s.endpoint }}
- name: S3_ENDPOINT_URL
  value: {{ . | quote }}
{{- end }}
{{- with $s.addressingStyle }}
- name: S3_ADDRESSING_STYLE
  value: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "owui.azureEnvironment" -}}
{{- $s := .root.Values.storage.azure -}}
- name: AZURE_STORAGE_ENDPOINT
  value: {{ $s.endpoint | quote }}
- name: AZURE_STORAGE_CONTAINER_NAME
  value: {{ $s.container | quote }}
{{- end -}}

{{- define "owui.gcsEnvironment" -}}
- name: GCS_BUCKET_NAME
  value: {{ .root.Values.storage.gcs.bucket | quote }}
{{- end -}}
