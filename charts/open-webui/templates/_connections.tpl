{{/*
How many connections to Postgres all replicas may take together, at most.
*/}}

{{/* The connections of one replica. */}}
{{- define "owui.connectionsOfReplica" -}}
{{- if not .facts.schema -}}0
{{- else -}}
{{- $pool := .values.databasePoolSize -}}
{{- with .facts.poolSize -}}
{{- $config := mergeOverwrite (deepCopy $.root.Values.config) $.values.config -}}
{{- $pool = get $config .variable | default .default -}}
{{- end -}}
{{- add $pool (.facts.furtherConnections | default 0) -}}
{{- end -}}
{{- end -}}

{{/* A line per workload, as a JSON list of {name, replicas, each, sum}; during an upgrade there is one replica more. */}}
{{- define "owui.connectionTable" -}}
{{- $rows := list -}}
{{- range (include "owui.enabledKeys" . | fromJson).keys -}}
{{- $w := include "owui.described" (dict "root" $ "key" .) | fromYaml -}}
{{- $_ := set $w "root" $ -}}
{{- $each := int (include "owui.connectionsOfReplica" $w) -}}
{{- if $each -}}
{{- $surge := $w.facts.single | default false | ternary 0 $w.values.maxSurge -}}
{{- $replicas := add $w.most $surge -}}
{{- $rows = append $rows (dict "name" $w.name "replicas" $replicas "each" $each "sum" (mul $replicas $each)) -}}
{{- end -}}
{{- end -}}
{{- toJson $rows -}}
{{- end -}}

{{/* The sum. */}}
{{- define "owui.connections" -}}
{{- $sum := 0 -}}
{{- range include "owui.connectionTable" . | fromJsonArray -}}
{{- $sum = add $sum .sum -}}
{{- end -}}
{{- $sum -}}
{{- end -}}
