{{/*
Where secrets come from. All are called like the environment variable that they are for, wherever they are kept.
*/}}

{{/*
The Secret and the key that hold a variable, as YAML {name, key}; empty when there is none; (dict "root" $ "name" …).
The first wins of: secrets.from, secrets.values, secrets.existingSecret, secrets.externalSecrets, generated.
*/}}
{{- define "owui.secretSource" -}}
{{- $s := .root.Values.secrets -}}
{{- $fullname := include "owui.fullname" .root -}}
{{- if hasKey $s.from .name -}}
{{- index $s.from .name | toYaml -}}
{{- else if hasKey $s.values .name -}}
{{- dict "name" (printf "%s-secrets" $fullname) "key" .name | toYaml -}}
{{- else if and $s.existingSecret (has .name $s.keys) -}}
{{- dict "name" $s.existingSecret "key" .name | toYaml -}}
{{- else if and $s.externalSecrets.enabled (hasKey $s.externalSecrets.data .name) -}}
{{- dict "name" (printf "%s-external" $fullname) "key" .name | toYaml -}}
{{- /* Asked for some forty variables of each workload: the costly question comes last. */ -}}
{{- else if and (or (eq .name "WEBUI_SECRET_KEY") (hasSuffix "_PASSWORD" .name)) (has .name (include "owui.generatedNames" .root | fromJson).names) -}}
{{- dict "name" (include "owui.generatedSecret" .root) "key" .name | toYaml -}}
{{- end -}}
{{- end -}}

{{/* An environment variable from a Secret; (dict "root" $ "name" variable), "from" names another key than itself. */}}
{{- define "owui.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      {{- include "owui.secretReference" (dict "root" .root "name" (.from | default .name)) | nindent 6 }}
{{- end -}}

{{/* Name and key of the Secret that holds a variable; refuses to go on where there is none; (dict "root" $ "name" …). */}}
{{- define "owui.secretReference" -}}
{{- $source := include "owui.secretSource" . | fromYaml -}}
{{- if not $source.name -}}
{{- include "owui.failMissingSecret" . -}}
{{- end -}}
name: {{ $source.name }}
key: {{ $source.key }}
{{- end -}}

{{- define "owui.generatedSecret" -}}
{{- printf "%s-generated" (include "owui.fullname" .) -}}
{{- end -}}

{{/*
The secrets that nobody gave and that the chart may make up, as JSON {"names": […]}. Passwords of roles belong to them
only where the chart makes the roles too.
*/}}
{{- define "owui.generatedNames" -}}
{{- $wanted := list "WEBUI_SECRET_KEY" -}}
{{- if include "owui.provisions" . -}}
{{- range (include "owui.schemas" . | fromJson).schemas -}}
{{- $wanted = append $wanted (printf "%s_DATABASE_PASSWORD" (upper .)) -}}
{{- end -}}
{{- end -}}
{{- if .Values.postgresql.bundled.enabled -}}
{{- $wanted = append $wanted "PROVISION_DATABASE_PASSWORD" -}}
{{- end -}}
{{- if .Values.redis.bundled.enabled -}}
{{- $wanted = append $wanted "REDIS_PASSWORD" -}}
{{- end -}}
{{- if .Values.tests.account.create -}}
{{- $wanted = append $wanted "TEST_ACCOUNT_PASSWORD" -}}
{{- end -}}
{{- $s := .Values.secrets -}}
{{- $names := list -}}
{{- if $s.create -}}
{{- range $wanted -}}
{{- $given := or (hasKey $s.from .) (hasKey $s.values .) (and $s.existingSecret (has . $s.keys))
      (and $s.externalSecrets.enabled (hasKey $s.externalSecrets.data .)) -}}
{{- if not $given -}}
{{- $names = append $names . -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- dict "names" $names | toJson -}}
{{- end -}}

{{/* Says "true" for secrets that other templates put where they belong; (dict "root" $ "name" variable). */}}
{{- define "owui.placedElsewhere" -}}
{{- $proxy := or (and (eq .name "HTTP_PROXY") .root.Values.proxy.http) (and (eq .name "HTTPS_PROXY") .root.Values.proxy.https) -}}
{{- if or $proxy (eq .name "WEBUI_SECRET_KEY") (regexMatch "DATABASE_(URL|PASSWORD)$" .name) (regexMatch "^REDIS_|BROKER_URL$" .name) -}}
true
{{- end -}}
{{- end -}}
