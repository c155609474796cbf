{{/*
Names and labels of everything that the chart makes.
*/}}

{{/* The name of the chart, as a label. */}}
{{- define "owui.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* What every name begins with. Short enough that "-audio-worker" and a hash still fit into a label. */}}
{{- define "owui.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "owui.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What selects the pods of a component; (dict "root" $ "name" "chat"). Never changes: selectors cannot. */}}
{{- define "owui.selectorLabels" -}}
app.kubernetes.io/name: {{ include "owui.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{/* The labels of an object; (dict "root" $ "name" "chat"). */}}
{{- define "owui.labels" -}}
{{ include "owui.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: {{ include "owui.name" .root }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/*
The metadata of an object, without the word itself; (dict "root" $ "name" "chat"), optionally "object" for another
name than the component's and "annotations" for annotations of its own.
*/}}
{{- define "owui.metadata" -}}
name: {{ .object | default (printf "%s-%s" (include "owui.fullname" .root) .name) }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "owui.labels" . | nindent 2 }}
{{- $annotations := merge (dict) (.annotations | default dict) .root.Values.commonAnnotations }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* An image reference; (dict "root" $ "image" {registry, repository, name, tag, digest}). */}}
{{- define "owui.image" -}}
{{- $registry := coalesce .image.registry .root.Values.global.imageRegistry -}}
{{- $path := list $registry .image.repository .image.name | compact | join "/" -}}
{{- if .image.digest -}}
{{- printf "%s@%s" $path .image.digest -}}
{{- else -}}
{{- printf "%s:%s" $path .image.tag -}}
{{- end -}}
{{- end -}}

{{/* The platform's own image of a name; (dict "root" $ "image" {…overrides} "name" "chat"). */}}
{{- define "owui.ownImage" -}}
{{- $common := .root.Values.image -}}
{{- $own := .image | default dict -}}
{{- $image := dict
      "registry" (coalesce $own.registry $common.registry)
      "repository" (coalesce $own.repository $common.repository)
      "name" (coalesce $own.name .name)
      "tag" (coalesce $own.tag $common.tag .root.Chart.AppVersion)
      "digest" $own.digest -}}
{{- include "owui.image" (dict "root" .root "image" $image) -}}
{{- end -}}

{{/* The image that runs the programs of the chart itself: one that is on the nodes anyway. */}}
{{- define "owui.toolImage" -}}
{{- include "owui.ownImage" (dict "root" . "image" .Values.auth.image "name" "auth") -}}
{{- end -}}
