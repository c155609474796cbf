{{/*
Postgres and Redis: bundled for trying out, or those of the platform team.
*/}}

{{/* Host and port of Postgres, as YAML. */}}
{{- define "owui.postgres" -}}
{{- $p := .Values.postgresql -}}
{{- if $p.bundled.enabled -}}
{{- dict "host" (printf "%s-postgresql" (include "owui.fullname" .)) "port" 5432 "mode" "disable" "auth" "password" | toYaml -}}
{{- else -}}
{{- dict "host" $p.external.host "port" $p.external.port "mode" $p.external.tls.mode "auth" $p.external.auth | toYaml -}}
{{- end -}}
{{- end -}}

{{/* The schemas of the services that are switched on, as JSON {"schemas": […]}. */}}
{{- define "owui.schemas" -}}
{{- $root := . -}}
{{- $schemas := list -}}
{{- $facts := .Files.Get "files/workloads.yaml" | fromYaml -}}
{{- range (include "owui.enabledKeys" . | fromJson).keys -}}
{{- with (index $facts .).schema -}}
{{- $schemas = append $schemas . -}}
{{- end -}}
{{- end -}}
{{- dict "schemas" ($schemas | uniq | sortAlpha) | toJson -}}
{{- end -}}

{{/* Says "true" when the chart makes roles and schemas in Postgres. */}}
{{- define "owui.provisions" -}}
{{- if or .Values.postgresql.bundled.enabled .Values.postgresql.external.provision.enabled -}}true{{- end -}}
{{- end -}}

{{/* The role of a schema; (dict "root" $ "schema" "model_proxy"). */}}
{{- define "owui.role" -}}
{{- coalesce (get .root.Values.postgresql.roles .schema) .root.Values.postgresql.role (printf "%s_app" .schema) -}}
{{- end -}}

{{/* The environment that leads a workload to its schema. */}}
{{- define "owui.databaseEnvironment" -}}
{{ include "owui.schemaEnvironment" (dict "root" .root "schema" .facts.schema) }}
{{- with include "owui.databaseSignIn" (dict "root" .root "schemas" (list .facts.schema)) }}
{{ . }}
{{- end }}
{{- end -}}

{{/* How roles sign in, where it is not by password; nothing where whole addresses say it; (dict "root" $ "schemas" […]). */}}
{{- define "owui.databaseSignIn" -}}
{{- $root := .root -}}
{{- $auth := (include "owui.postgres" .root | fromYaml).auth -}}
{{- $given := include "owui.secretSource" (dict "root" .root "name" "DATABASE_URL") | empty | not -}}
{{- $left := list -}}
{{- range .schemas -}}
{{- if not (or $given (include "owui.secretSource" (dict "root" $root "name" (printf "%s_DATABASE_URL" (upper .))))) -}}
{{- $left = append $left . -}}
{{- end -}}
{{- end -}}
{{- if and $left (ne $auth "password") -}}
- name: DATABASE_AUTH
  value: {{ $auth }}
{{- end -}}
{{- end -}}

{{/*
The address of a schema as its role; (dict "root" $ "schema" "chat"). A whole address among the secrets wins. Passwords
are variables of their own: they need no escaping, and are in no manifest.
*/}}
{{- define "owui.schemaEnvironment" -}}
{{- $url := printf "%s_DATABASE_URL" (upper .schema) -}}
{{- $auth := (include "owui.postgres" .root | fromYaml).auth -}}
{{- if include "owui.secretSource" (dict "root" .root "name" $url) -}}
{{ include "owui.secretVariable" (dict "root" .root "name" $url) }}
{{- else if include "owui.secretSource" (dict "root" .root "name" "DATABASE_URL") -}}
{{ include "owui.secretVariable" (dict "root" .root "name" "DATABASE_URL") }}
{{- else -}}
- name: {{ $url }}
  value: {{ include "owui.databaseUrl" (dict "root" .root "user" (include "owui.role" .)) | quote }}
{{- if eq $auth "password" }}
{{ include "owui.secretVariable" (dict "root" .root "name" (include "owui.passwordName" .)) }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* The secret with the password of a schema's role: its own, or one for all. */}}
{{- define "owui.passwordName" -}}
{{- $own := printf "%s_DATABASE_PASSWORD" (upper .schema) -}}
{{- $common := include "owui.secretSource" (dict "root" .root "name" "DATABASE_PASSWORD") -}}
{{- if and $common (not (include "owui.secretSource" (dict "root" .root "name" $own))) -}}DATABASE_PASSWORD{{ else }}{{ $own }}{{ end -}}
{{- end -}}

{{/* An address of the database; (dict "root" $ "user" role), which may be an e-mail address. */}}
{{- define "owui.databaseUrl" -}}
{{- $postgres := include "owui.postgres" .root | fromYaml -}}
{{- printf "postgresql://%s@%s:%d/%s" (.user | replace "@" "%40") $postgres.host (int $postgres.port) .root.Values.postgresql.database -}}
{{- if ne $postgres.mode "disable" }}?sslmode={{ $postgres.mode }}{{ end -}}
{{- end -}}

{{/* What is to be known of Redis, as YAML. */}}
{{- define "owui.redis" -}}
{{- $bundled := dict "inCluster" true "host" (printf "%s-valkey" (include "owui.fullname" .)) "port" 6379 "database" 0 "username" ""
      "auth" true "tls" false "cluster" false "sentinel" (dict "hosts" list) -}}
{{- $external := merge (dict "inCluster" false) .Values.redis.external -}}
{{- .Values.redis.bundled.enabled | ternary $bundled $external | toYaml -}}
{{- end -}}

{{/* What is to be known of the Redis with the queues, as YAML: the same unless it is a cluster, which Celery cannot use. */}}
{{- define "owui.broker" -}}
{{- if .Values.redis.broker.host -}}
{{- merge (dict "inCluster" false "sentinel" (dict "hosts" list)) .Values.redis.broker | toYaml -}}
{{- else -}}
{{- include "owui.redis" . -}}
{{- end -}}
{{- end -}}

{{/* Where a workload with queues finds them, when not in the Redis of all. */}}
{{- define "owui.brokerEnvironment" -}}
{{- $broker := .root.Values.redis.broker -}}
{{- if not (has "RAG_BROKER_URL" (include "owui.declaredNames" . | fromJsonArray)) -}}
{{- else if include "owui.secretSource" (dict "root" .root "name" "RAG_BROKER_URL") -}}
{{ include "owui.secretVariable" (dict "root" .root "name" "RAG_BROKER_URL") }}
{{- else if $broker.host -}}
{{- if $broker.auth -}}
{{ include "owui.secretVariable" (dict "root" .root "name" "RAG_BROKER_PASSWORD") }}
{{ end -}}
- name: RAG_BROKER_URL
  value: {{ printf "%s://%s%s:%d/%d" ($broker.tls | ternary "rediss" "redis")
        ($broker.auth | ternary (printf "%s:$(RAG_BROKER_PASSWORD)@" $broker.username) "") $broker.host
        (int $broker.port) (int $broker.database) | quote }}
{{- end -}}
{{- end -}}

{{/* How a workload gets into Redis. A whole address among the secrets, REDIS_URL, wins. */}}
{{- define "owui.redisEnvironment" -}}
{{- $redis := include "owui.redis" .root | fromYaml -}}
{{- if include "owui.secretSource" (dict "root" .root "name" "REDIS_URL") -}}
{{ include "owui.secretVariable" (dict "root" .root "name" "REDIS_URL") }}
{{- else -}}
- name: REDIS_URL
  value: {{ printf "%s://%s:%d/%d" ($redis.tls | ternary "rediss" "redis") $redis.host (int $redis.port) (int $redis.database) | quote }}
{{- with $redis.username }}
- name: REDIS_USERNAME
  value: {{ . | quote }}
{{- end }}
{{- if $redis.auth }}
{{ include "owui.secretVariable" (dict "root" .root "name" "REDIS_PASSWORD") }}
{{- end }}
{{- end }}
- name: REDIS_KEY_PREFIX
  value: {{ .root.Values.redis.keyPrefix | quote }}
{{- if $redis.cluster }}
- name: REDIS_CLUSTER
  value: "true"
{{- end }}
{{- with $redis.sentinel }}
{{- if .hosts }}
- name: REDIS_SENTINEL_HOSTS
  value: {{ join "," .hosts | quote }}
- name: REDIS_SENTINEL_PORT
  value: {{ .port | quote }}
{{- with .username }}
- name: REDIS_SENTINEL_USERNAME
  value: {{ . | quote }}
{{- end }}
{{- if .auth }}
{{ include "owui.secretVariable" (dict "root" $.root "name" "REDIS_SENTINEL_PASSWORD") }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
