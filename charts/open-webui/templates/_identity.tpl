{{/*
Identities in the cloud: AKS workload identity, EKS IRSA and Pod Identity.
*/}}

{{/* Says "true" for a workload that signs in to Azure by its service account. */}}
{{- define "owui.usesAzureIdentity" -}}
{{- $i := .root.Values.azureWorkloadIdentity -}}
{{- if and $i.enabled (or (has .key $i.workloads) (include "owui.signsInToPostgresBy" (dict "w" . "auth" "azure"))) -}}true{{- end -}}
{{- end -}}

{{/* Says "true" for a workload whose password at Postgres is a token of a cloud. */}}
{{- define "owui.signsInToPostgresBy" -}}
{{- if and .w.facts.schema (eq (include "owui.postgres" .w.root | fromYaml).auth .auth) -}}true{{- end -}}
{{- end -}}

{{/* Says "true" for a workload that signs in to AWS by its service account. */}}
{{- define "owui.usesAwsIdentity" -}}
{{- $i := .root.Values.awsIdentity -}}
{{- if and $i.enabled (or (has .key $i.workloads) (include "owui.signsInToPostgresBy" (dict "w" . "auth" "aws"))) -}}true{{- end -}}
{{- end -}}

{{/* Annotations of a service account, as YAML. Pod Identity needs none: it is associated in EKS. */}}
{{- define "owui.identityAnnotations" -}}
{{- $annotations := dict -}}
{{- if include "owui.usesAzureIdentity" . -}}
{{- $annotations = include "owui.azureAnnotations" .root | fromYaml -}}
{{- end -}}
{{- if include "owui.usesAwsIdentity" . -}}
{{- $annotations = merge $annotations (include "owui.awsAnnotations" .root | fromYaml) -}}
{{- end -}}
{{- toYaml $annotations -}}
{{- end -}}

{{- define "owui.azureAnnotations" -}}
azure.workload.identity/client-id: {{ .Values.azureWorkloadIdentity.clientId | quote }}
{{- with .Values.azureWorkloadIdentity.tenantId }}
azure.workload.identity/tenant-id: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "owui.awsAnnotations" -}}
{{- if eq .Values.awsIdentity.mode "irsa" -}}
eks.amazonaws.com/role-arn: {{ .Values.awsIdentity.roleArn | quote }}
{{- end -}}
{{- end -}}

{{/* The webhooks of both clouds add the rest: where the token of the service account is, and whose role it gives. */}}
{{- define "owui.identityEnvironment" -}}
{{- if include "owui.usesAzureIdentity" . }}
- name: AZURE_TOKEN_CREDENTIALS
  value: WorkloadIdentityCredential
{{- end }}
{{- if and (include "owui.usesAwsIdentity" .) .root.Values.awsIdentity.region }}
- name: AWS_REGION
  value: {{ .root.Values.awsIdentity.region | quote }}
{{- end }}
{{- end -}}

{{/* Says "true" for a workload that runs on the GPU pool. */}}
{{- define "owui.usesGpu" -}}
{{- if and .facts.gpu .root.Values.gpu.enabled (not .cpu) -}}true{{- end -}}
{{- end -}}
