{{/*
How the platform reaches what is outside: proxies, and the certificates that its clients trust.
*/}}

{{/* Variables for proxies and certificates; proxies only where a workload calls something outside. */}}
{{- define "owui.egressEnvironment" -}}
{{- if .facts.outside -}}
{{- with include "owui.proxyEnvironment" .root | trim -}}
{{ . }}
{{ if and (has "WEB_SEARCH_TRUST_ENV" (include "owui.declaredNames" $ | fromJsonArray)) (not (hasKey $.root.Values.config "WEB_SEARCH_TRUST_ENV")) (not (hasKey $.values.config "WEB_SEARCH_TRUST_ENV")) -}}
# Pages and search engines are reached through the proxy only when told so.
- name: WEB_SEARCH_TRUST_ENV
  value: "true"
{{ end -}}
{{ end -}}
{{- end -}}
{{- include "owui.caEnvironment" .root -}}
{{- end -}}

{{/* Upper case only: gRPC obeys the lower-case ones and would look for the platform's own services behind a proxy. */}}
{{- define "owui.proxyEnvironment" -}}
{{- $p := .Values.proxy -}}
{{- with $p.http }}
- name: HTTP_PROXY
  value: {{ . | quote }}
{{- end }}
{{- with $p.https }}
- name: HTTPS_PROXY
  value: {{ . | quote }}
{{- end }}
{{- if or $p.http $p.https }}
- name: NO_PROXY
  value: {{ concat (list "localhost" "127.0.0.1" "::1" "169.254.169.254" ".svc" (printf ".%s" (trimSuffix "." .Values.clusterDomain))) $p.noProxy | uniq | join "," | quote }}
{{- end }}
{{- end -}}

{{/* Says "true" when there is a bundle of certificates. */}}
{{- define "owui.hasCa" -}}
{{- if or .Values.caBundle.certificates .Values.caBundle.existingConfigMap .Values.caBundle.existingSecret -}}true{{- end -}}
{{- end -}}

{{- define "owui.caEnvironment" -}}
{{- if include "owui.hasCa" . -}}
- name: SSL_CERT_FILE
  value: /etc/owui/ca/ca.crt
{{- end -}}
{{- end -}}

{{- define "owui.caVolume" -}}
{{- $ca := .Values.caBundle -}}
{{- if include "owui.hasCa" . -}}
- name: ca-bundle
  {{- if $ca.existingSecret }}
  secret:
    secretName: {{ $ca.existingSecret }}
  {{- else }}
  configMap:
    name: {{ $ca.existingConfigMap | default (printf "%s-ca" (include "owui.fullname" .)) }}
  {{- end }}
    items:
      - key: {{ $ca.key }}
        path: ca.crt
{{- end -}}
{{- end -}}

{{- define "owui.caMount" -}}
{{- if include "owui.hasCa" . -}}
- name: ca-bundle
  mountPath: /etc/owui/ca
  readOnly: true
{{- end -}}
{{- end -}}
