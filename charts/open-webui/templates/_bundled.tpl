{{/*
What the bundled stores have in common: one replica with a volume, for trying out.
*/}}

{{/* The pod's security; (dict "uid" 999). The images know no user 10001. */}}
{{- define "owui.storePodSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .uid }}
runAsGroup: {{ .uid }}
fsGroup: {{ .uid }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* The image of a store; (dict "root" $ "store" .Values.postgresql.bundled). */}}
{{- define "owui.storeImage" -}}
{{- $image := deepCopy .store.image -}}
{{- with .root.Values.global.imageRegistry }}{{ $_ := set $image "registry" . }}{{ end -}}
{{- include "owui.image" (dict "root" .root "image" $image) -}}
{{- end -}}

{{/* The volume called "data", as a claim template or an empty folder; (dict "store" … "part" "claims" | "volumes"). */}}
{{- define "owui.storeData" -}}
{{- $p := .store.persistence -}}
{{- if and (eq .part "claims") $p.enabled -}}
volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      {{- with $p.storageClass }}
      storageClassName: {{ . }}
      {{- end }}
      resources:
        requests:
          storage: {{ $p.size }}
{{- else if and (eq .part "volumes") (not $p.enabled) -}}
- name: data
  emptyDir: {}
{{- end -}}
{{- end -}}
