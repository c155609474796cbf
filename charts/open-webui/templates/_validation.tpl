{{/*
Refuses what would not work, by the name of the key and with the remedy. Types and names of values are checked by
values.schema.json before.
*/}}

{{- define "owui.validate" -}}
{{- include "owui.validateSecrets" . -}}
{{- include "owui.validateStores" . -}}
{{- include "owui.validateConfig" . -}}
{{- range (include "owui.enabledKeys" . | fromJson).keys -}}
{{- $w := include "owui.described" (dict "root" $ "key" .) | fromYaml -}}
{{- $_ := set $w "root" $ -}}
{{- include "owui.validateReplicas" $w -}}
{{- include "owui.validateDrain" $w -}}
{{- end -}}
{{- include "owui.validateWorkers" . -}}
{{- include "owui.validateConnections" . -}}
{{- include "owui.validateEntrance" . -}}
{{- include "owui.validateIdentities" . -}}
{{- end -}}

{{/* Ends the rendering; a list of lines. */}}
{{- define "owui.refuse" -}}
{{- fail (printf "\n\n%s\n" (join "\n" .)) -}}
{{- end -}}

{{- define "owui.failMissingSecret" -}}
{{- include "owui.refuse" (list
      (printf "The secret %s is missing." .name)
      (printf "Give one of: secrets.values.%s, secrets.from.%s (name and key of a Secret)," .name .name)
      (printf "secrets.existingSecret with %s in secrets.keys, or secrets.externalSecrets.data.%s." .name .name)) -}}
{{- end -}}

{{/* Every replica of every service signs with the same key: without one nothing may run. */}}
{{- define "owui.validateSecrets" -}}
{{- $s := .Values.secrets -}}
{{- if not (include "owui.secretSource" (dict "root" . "name" "WEBUI_SECRET_KEY")) -}}
{{- include "owui.refuse" (list
      "secrets.create is false and nobody gives WEBUI_SECRET_KEY, the secret that all services and replicas share."
      "Set secrets.create=true, secrets.values.WEBUI_SECRET_KEY, or secrets.existingSecret with WEBUI_SECRET_KEY in secrets.keys.") -}}
{{- end -}}
{{- with index $s.values "WEBUI_SECRET_KEY" -}}
{{- if lt (len (toString .)) 16 -}}
{{- include "owui.refuse" (list "secrets.values.WEBUI_SECRET_KEY has fewer than 16 characters: choose a long random text.") -}}
{{- end -}}
{{- end -}}
{{- if and $s.existingSecret (not $s.keys) -}}
{{- include "owui.refuse" (list
      (printf "secrets.existingSecret is %s, and secrets.keys does not say what is in it." $s.existingSecret)
      "Set secrets.keys to the names of its variables, such as [WEBUI_SECRET_KEY, OPENAI_API_KEYS].") -}}
{{- end -}}
{{- if and $s.keys (not $s.existingSecret) -}}
{{- include "owui.refuse" (list "secrets.keys is set without secrets.existingSecret: name the Secret that has them.") -}}
{{- end -}}
{{- if and $s.externalSecrets.enabled (or (not $s.externalSecrets.storeRef.name) (not $s.externalSecrets.data)) -}}
{{- include "owui.refuse" (list
      "secrets.externalSecrets.enabled is true without a store or without anything to fetch."
      "Set secrets.externalSecrets.storeRef.name and secrets.externalSecrets.data.") -}}
{{- end -}}
{{- end -}}

{{- define "owui.validateStores" -}}
{{- $p := .Values.postgresql -}}
{{- $r := .Values.redis -}}
{{- $hasUrl := include "owui.secretSource" (dict "root" . "name" "DATABASE_URL") -}}
{{- range (include "owui.schemas" . | fromJson).schemas -}}
{{- if include "owui.secretSource" (dict "root" $ "name" (printf "%s_DATABASE_URL" (upper .))) -}}{{- $hasUrl = "true" -}}{{- end -}}
{{- end -}}
{{- if and $p.bundled.enabled $p.external.host -}}
{{- include "owui.refuse" (list
      "postgresql.bundled.enabled and postgresql.external.host contradict each other: which Postgres shall it be?"
      "Set postgresql.bundled.enabled=false to use the external one, or leave postgresql.external.host empty.") -}}
{{- end -}}
{{- if not (or $p.bundled.enabled $p.external.host $hasUrl) -}}
{{- include "owui.refuse" (list
      "There is no Postgres: postgresql.bundled.enabled is false and postgresql.external.host is empty."
      "Set one of them, or give whole addresses as secrets (AUTH_DATABASE_URL, CHAT_DATABASE_URL and so on).") -}}
{{- end -}}
{{- if and $r.bundled.enabled $r.external.host -}}
{{- include "owui.refuse" (list
      "redis.bundled.enabled and redis.external.host contradict each other: which Redis shall it be?"
      "Set redis.bundled.enabled=false to use the external one, or leave redis.external.host empty.") -}}
{{- end -}}
{{- if not (or $r.bundled.enabled $r.external.host (include "owui.secretSource" (dict "root" . "name" "REDIS_URL"))) -}}
{{- include "owui.refuse" (list
      "There is no Redis: redis.bundled.enabled is false and redis.external.host is empty."
      "Services talk through Redis even with one replica each. Set one of them, or give REDIS_URL as a secret.") -}}
{{- end -}}
{{- if and $r.external.cluster $r.external.sentinel.hosts -}}
{{- include "owui.refuse" (list "redis.external.cluster and redis.external.sentinel.hosts exclude each other: set one of them.") -}}
{{- end -}}
{{- if and $r.external.cluster (not $r.broker.host) (not (include "owui.secretSource" (dict "root" . "name" "RAG_BROKER_URL"))) -}}
{{- include "owui.refuse" (list
      "redis.external.cluster is true, and the queues of workers cannot be kept in a cluster."
      "Name a Redis that is none in redis.broker.host, or give its address as the secret RAG_BROKER_URL.") -}}
{{- end -}}
{{- if and (include "owui.usesKeda" .) (not $r.bundled.enabled) (not $r.external.host) (not $r.broker.host) -}}
{{- include "owui.refuse" (list
      "A workload is scaled by KEDA (autoscaling.kind=keda), which cannot read the address of Redis from a secret."
      "Set redis.external.host, or redis.broker.host, besides.") -}}
{{- end -}}
{{- if and $r.external.cluster (ne (int $r.external.database) 0) -}}
{{- include "owui.refuse" (list "redis.external.database: a cluster has only number 0. Set it to 0, or redis.external.cluster=false.") -}}
{{- end -}}
{{- include "owui.validateStorage" . -}}
{{- end -}}

{{- define "owui.validateStorage" -}}
{{- $s := .Values.storage -}}
{{- $needed := dict "s3" (list "bucket") "azure" (list "endpoint" "container") "gcs" (list "bucket") "local" list -}}
{{- range index $needed $s.provider -}}
{{- if not (index $s $s.provider .) -}}
{{- include "owui.refuse" (list (printf "storage.%s.%s is empty; storage.provider=%s needs it." $s.provider . $s.provider)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Names that no service knows, secrets, and what has a key of its own. */}}
{{- define "owui.validateConfig" -}}
{{- $declared := .Files.Get "files/settings.yaml" | fromYaml -}}
{{- $managed := .Files.Get "files/managed.yaml" | fromYamlArray -}}
{{- $maps := dict "config" .Values.config "defaults.config" .Values.defaults.config -}}
{{- range $key, $facts := .Files.Get "files/workloads.yaml" | fromYaml -}}
{{- $_ := set $maps (printf "%s.config" $key) ((index $.Values $key).config | default dict) -}}
{{- end -}}
{{- range $where, $map := $maps -}}
{{- range $name, $value := $map -}}
{{- include "owui.validateVariable" (dict "declared" $declared "managed" $managed "where" $where "name" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "owui.validateVariable" -}}
{{- $name := .name -}}
{{- range .managed -}}
{{- if regexMatch .pattern $name -}}
{{- include "owui.refuse" (list
      (printf "%s.%s: the chart sets this variable itself. Remove it and use %s." $.where $name .key)) -}}
{{- end -}}
{{- end -}}
{{- $plain := false -}}
{{- $secret := false -}}
{{- range .declared -}}
{{- $plain = or $plain (has $name .plain) -}}
{{- $secret = or $secret (has $name .secret) -}}
{{- end -}}
{{- if $secret -}}
{{- include "owui.refuse" (list
      (printf "%s.%s is a secret and would stand in the manifests." .where $name)
      (printf "Move it to secrets.values.%s, secrets.from.%s, or a Secret named by secrets.existingSecret." $name $name)) -}}
{{- end -}}
{{- if not $plain -}}
{{- include "owui.refuse" (list
      (printf "%s.%s: no service knows a variable of this name; docs/configuration.md lists them." .where $name)
      "Correct the name, or use extraEnv for a variable that something else reads.") -}}
{{- end -}}
{{- end -}}

{{- define "owui.validateReplicas" -}}
{{- $s := .values.autoscaling -}}
{{- if and $s.enabled (gt (int $s.minReplicas) (int $s.maxReplicas)) -}}
{{- include "owui.refuse" (list (printf "%s.autoscaling.minReplicas is greater than %s.autoscaling.maxReplicas: change one of them." .key .key)) -}}
{{- end -}}
{{- if and $s.enabled (eq $s.kind "hpa") (lt (int $s.minReplicas) 1) -}}
{{- include "owui.refuse" (list
      (printf "%s.autoscaling.minReplicas is 0, and %s.autoscaling.kind=hpa cannot begin from nothing." .key .key)
      (printf "Set it to 1 or more; workers with queues may use %s.autoscaling.kind=keda." .key)) -}}
{{- end -}}
{{- if and $s.enabled (eq $s.kind "keda") (not .facts.queues) (not $s.keda.triggers) -}}
{{- include "owui.refuse" (list
      (printf "%s.autoscaling.kind=keda: %s serves no queue." .key .key)
      (printf "Use %s.autoscaling.kind=hpa, or give triggers of your own in %s.autoscaling.keda.triggers." .key .key)) -}}
{{- end -}}
{{- if and $s.enabled (eq $s.kind "hpa") (not $s.targetCPU) (not $s.metrics) -}}
{{- include "owui.refuse" (list (printf "%s.autoscaling has nothing to go by: set targetCPU or metrics." .key)) -}}
{{- end -}}
{{- if and .facts.single (gt (int .most) 1) -}}
{{- include "owui.refuse" (list
      (printf "%s.replicas: there can be one replica only, others would do everything again." .key)
      (printf "Set %s.replicas=1 and %s.autoscaling.enabled=false." .key .key)) -}}
{{- end -}}
{{- if and (include "owui.usesLocalFiles" .) (eq .root.Values.storage.local.accessMode "ReadWriteOnce") (gt (int .most) 1) -}}
{{- include "owui.refuse" (list
      (printf "%s has more than one replica (%s.replicas or %s.autoscaling), and storage.local.accessMode is ReadWriteOnce:" .key .key .key)
      "one node only can have that volume. Set storage.local.accessMode=ReadWriteMany with a class that can do it,"
      "or keep files in object storage (storage.provider=s3, azure or gcs).") -}}
{{- end -}}
{{- $min := toString .values.pdb.minAvailable -}}
{{- if and .values.pdb.enabled (gt (int .least) 1) (regexMatch "^[0-9]+$" $min) (ge (int $min) (int .least)) -}}
{{- include "owui.refuse" (list
      (printf "%s.pdb.minAvailable is %s of %d replicas: no node could ever be emptied." .key $min (int .least))
      (printf "Set it to %d or less, or use %s.pdb.maxUnavailable." (sub (int .least) 1) .key)) -}}
{{- end -}}
{{- end -}}

{{- define "owui.validateDrain" -}}
{{- $needed := add .values.drainDelaySeconds .values.drainSeconds 5 -}}
{{- $given := int .values.terminationGracePeriodSeconds -}}
{{- if and $given (lt $given (int $needed)) -}}
{{- include "owui.refuse" (list
      (printf "%s.terminationGracePeriodSeconds is %d: pods would be killed while their streams still finish." .key $given)
      (printf "Set it to 0 (computed) or at least %d, or make %s.drainSeconds smaller." $needed .key)) -}}
{{- end -}}
{{- end -}}

{{/* A queue that nobody looks after, and services without what they call. */}}
{{- define "owui.validateWorkers" -}}
{{- $enabled := (include "owui.enabledKeys" . | fromJson).keys -}}
{{- range list "gateway" "auth" "chat" "rag" "modelProxy" -}}
{{- if not (has . $enabled) -}}
{{- include "owui.refuse" (list (printf "%s.enabled is false, and the platform does not work without it. Set it to true." .)) -}}
{{- end -}}
{{- end -}}
{{- $worker := (include "owui.described" (dict "root" . "key" "ragWorker") | fromYaml) -}}
{{- if and .Values.rag.enabled (not $worker.values.enabled) -}}
{{- include "owui.refuse" (list "ragWorker.enabled is false: files would be taken in and never read. Set it to true.") -}}
{{- end -}}
{{- if and (eq (int $worker.least) 0) (not .Values.ragBeat.enabled) -}}
{{- include "owui.refuse" (list
      "ragWorker.autoscaling.minReplicas is 0 and ragBeat.enabled is false: work whose message was lost would wake nobody."
      "Set ragBeat.enabled=true, or ragWorker.autoscaling.minReplicas=1.") -}}
{{- end -}}
{{- end -}}

{{- define "owui.validateConnections" -}}
{{- $most := int .Values.postgresql.maxConnections -}}
{{- $sum := int (include "owui.connections" .) -}}
{{- if and $most (gt $sum $most) -}}
{{- include "owui.refuse" (list
      (printf "All replicas together may take %d connections, and postgresql.maxConnections is %d." $sum $most)
      "Make pools smaller (<workload>.databasePoolSize), allow fewer replicas (<workload>.replicas, autoscaling.maxReplicas),"
      "or let Postgres have more (postgresql.maxConnections; 0 when a pooler stands in between).") -}}
{{- end -}}
{{- end -}}

{{- define "owui.validateEntrance" -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- include "owui.refuse" (list "ingress.enabled is true and ingress.hosts is empty: name the hosts, or \"\" for all.") -}}
{{- end -}}
{{- if and .Values.gatewayApi.enabled (not .Values.gatewayApi.parentRefs) -}}
{{- include "owui.refuse" (list "gatewayApi.enabled is true and gatewayApi.parentRefs is empty: name the Gateway that the route belongs to.") -}}
{{- end -}}
{{- if and .Values.ingress.tls (not .Values.tls.secretName) (not .Values.tls.certManager.enabled) -}}
{{- include "owui.refuse" (list
      "ingress.tls is true and there is no certificate."
      "Set tls.secretName to a Secret that has one, or tls.certManager.enabled=true.") -}}
{{- end -}}
{{- if .Values.tls.certManager.enabled -}}
{{- if not .Values.tls.certManager.issuerRef.name -}}
{{- include "owui.refuse" (list "tls.certManager.enabled is true and tls.certManager.issuerRef.name is empty: name the issuer.") -}}
{{- end -}}
{{- if not (concat .Values.ingress.hosts .Values.gatewayApi.hosts) -}}
{{- include "owui.refuse" (list "tls.certManager.enabled is true and there is no host: set ingress.hosts or gatewayApi.hosts.") -}}
{{- end -}}
{{- end -}}
{{- $bundles := compact (list .Values.caBundle.certificates .Values.caBundle.existingConfigMap .Values.caBundle.existingSecret) -}}
{{- if gt (len $bundles) 1 -}}
{{- include "owui.refuse" (list "caBundle.certificates, caBundle.existingConfigMap and caBundle.existingSecret exclude each other: set one of them.") -}}
{{- end -}}
{{- end -}}

{{- define "owui.validateIdentities" -}}
{{- $azure := .Values.azureWorkloadIdentity -}}
{{- $aws := .Values.awsIdentity -}}
{{- $auth := (include "owui.postgres" . | fromYaml).auth -}}
{{- if and $azure.enabled (not $azure.clientId) -}}
{{- include "owui.refuse" (list "azureWorkloadIdentity.enabled is true and azureWorkloadIdentity.clientId is empty: name the identity.") -}}
{{- end -}}
{{- if and $aws.enabled (eq $aws.mode "irsa") (not $aws.roleArn) -}}
{{- include "owui.refuse" (list
      "awsIdentity.mode is irsa and awsIdentity.roleArn is empty."
      "Set the ARN of the role, or awsIdentity.mode=podIdentity where EKS has associations.") -}}
{{- end -}}
{{- $provision := .Values.postgresql.external.provision -}}
{{- if and (not .Values.postgresql.bundled.enabled) $provision.enabled -}}
{{- if and (eq $auth "azure") (ne $provision.auth "azure") -}}
{{- include "owui.refuse" (list
      (printf "postgresql.external.provision.auth is %s, and postgresql.external.auth=azure: only an administrator whom" $provision.auth)
      "Entra knows makes roles from its identities. Set postgresql.external.provision.auth=azure, or make the roles yourself"
      "and set postgresql.external.provision.enabled=false.") -}}
{{- end -}}
{{- if and (eq $provision.auth "azure") (not $azure.enabled) -}}
{{- include "owui.refuse" (list "postgresql.external.provision.auth=azure needs azureWorkloadIdentity.enabled=true: the Job signs in with a workload identity.") -}}
{{- end -}}
{{- end -}}
{{- if and (eq $auth "azure") (not $azure.enabled) -}}
{{- include "owui.refuse" (list "postgresql.external.auth=azure needs azureWorkloadIdentity.enabled=true: tokens come from the workload identity.") -}}
{{- end -}}
{{- if and (eq $auth "aws") (not $aws.enabled) -}}
{{- include "owui.refuse" (list "postgresql.external.auth=aws needs awsIdentity.enabled=true: tokens come from the role of the service account.") -}}
{{- end -}}
{{- if and (ne $auth "password") (eq (include "owui.postgres" . | fromYaml).mode "disable") -}}
{{- include "owui.refuse" (list
      (printf "postgresql.external.tls.mode is disable, and postgresql.external.auth=%s would send tokens unencrypted." $auth)
      "Set postgresql.external.tls.mode=verify-full.") -}}
{{- end -}}
{{- if and $aws.enabled (eq $auth "aws") (not $aws.region) -}}
{{- include "owui.refuse" (list "postgresql.external.auth=aws needs awsIdentity.region: tokens are signed for a region.") -}}
{{- end -}}
{{- end -}}
