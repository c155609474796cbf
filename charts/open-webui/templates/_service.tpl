{{/*
Services. Those of gRPC are headless: clients see every replica and balance their calls themselves, while behind one
address all calls of a connection would go to the same replica.
*/}}

{{- define "owui.service" -}}
{{- $http := eq .facts.serves "http" -}}
{{- $options := $http | ternary .root.Values.gateway.service dict -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "owui.metadata" (dict "root" .root "name" .name "annotations" $options.annotations) | nindent 2 }}
spec:
  {{- if $http }}
  type: {{ $options.type }}
  {{- else }}
  clusterIP: None
  {{- end }}
  selector:
    {{- include "owui.serviceSelector" . | nindent 4 }}
  ports:
    {{- if $http }}
    - name: http
      port: {{ $options.port }}
      targetPort: http
      {{- with $options.nodePort }}
      nodePort: {{ . }}
      {{- end }}
    {{- else if eq .facts.serves "grpc" }}
    - name: grpc
      port: 50051
      targetPort: grpc
      appProtocol: kubernetes.io/h2c
    {{- end }}
    {{- if not $http }}
    - name: metrics
      port: 9090
      targetPort: metrics
    {{- end }}
{{- end -}}

{{/* Metrics of the gateway for Prometheus. Not in its own Service: that one may be a load balancer in the open. */}}
{{- define "owui.metricsService" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "owui.metadata" (dict "root" .root "name" .name
        "object" (printf "%s-%s-metrics" (include "owui.fullname" .root) .name)) | nindent 2 }}
spec:
  clusterIP: None
  selector:
    {{- include "owui.serviceSelector" . | nindent 4 }}
  ports:
    - name: metrics
      port: 9090
      targetPort: metrics
{{- end -}}

{{/* All pods that give a service, whichever Deployment they are of: audio may have some with and some without GPU. */}}
{{- define "owui.serviceSelector" -}}
app.kubernetes.io/name: {{ include "owui.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
owui-service: {{ .service }}
{{- end -}}
