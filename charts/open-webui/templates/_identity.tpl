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
{{- $i := .root.Values.azureWorkloadIdentity -}}
{{- $_ := set $annotations "azure.workload.identity/client-id" $i.clientId -}}
{{- with $i.tenantId }}{{ $_ := set $annotations "azure.workload.identity/tenant-id" . }}{{ end -}}
{{- end -}}
{{- if and (include "owui.usesAwsIdentity" .) (eq .root.Values.awsIdentity.mode "irsa") -}}
{{- $_ := set $annotations "eks.amazonaws.com/role-arn" .root.Values.awsIdentity.roleArn -}}
{{- end -}}
{{- toYaml $annotations -}}
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
