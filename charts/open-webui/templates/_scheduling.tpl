{{/*
Where pods run.
*/}}

{{- define "owui.scheduling" -}}
{{- $v := .values -}}
{{- $gpu := include "owui.usesGpu" . | eq "true" -}}
{{- $g := .root.Values.gpu -}}
{{- with $gpu | ternary (mergeOverwrite (deepCopy $v.nodeSelector) $g.nodeSelector) $v.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $gpu | ternary (concat $v.tolerations $g.tolerations) $v.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "owui.affinity" . | trim }}
affinity:
  {{- . | nindent 2 }}
{{- end }}
{{- if $v.topologySpread.enabled }}
topologySpreadConstraints:
  {{- include "owui.topologySpread" . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Replicas keep apart: of those in one zone or on one node, only a part is lost with it. */}}
{{- define "owui.topologySpread" -}}
{{- $context := . -}}
{{- range $key, $when := dict "topology.kubernetes.io/zone" .values.topologySpread.zones
      "kubernetes.io/hostname" .values.topologySpread.nodes }}
- topologyKey: {{ $key }}
  maxSkew: 1
  whenUnsatisfiable: {{ $when }}
  labelSelector:
    matchLabels:
      {{- include "owui.selectorLabels" $context | nindent 6 }}
  # Pods of the former release do not count while a new one comes.
  matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end -}}

{{/* A volume that one node only can have keeps all its pods on that node. */}}
{{- define "owui.affinity" -}}
{{- $affinity := deepCopy .values.affinity -}}
{{- if and (include "owui.usesLocalFiles" .) (eq .root.Values.storage.local.accessMode "ReadWriteOnce") -}}
{{- $together := dict "topologyKey" "kubernetes.io/hostname" "labelSelector" (dict "matchLabels" (dict
      "app.kubernetes.io/instance" .root.Release.Name "owui-files" "local")) -}}
{{- $pods := $affinity.podAffinity | default dict -}}
{{- $required := append ($pods.requiredDuringSchedulingIgnoredDuringExecution | default list) $together -}}
{{- $_ := set $pods "requiredDuringSchedulingIgnoredDuringExecution" $required -}}
{{- $_ := set $affinity "podAffinity" $pods -}}
{{- end -}}
{{- if $affinity }}{{ toYaml $affinity }}{{ end -}}
{{- end -}}
