{{/* Name of the chart, for labels. */}}
{{- define "graylane.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Name of the objects in a namespace: the release's, with the chart's unless it is in it. */}}
{{- define "graylane.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "graylane.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "graylane.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Name of objects without a namespace: two releases of one name in two namespaces do not meet. */}}
{{- define "graylane.clusterName" -}}
{{- printf "%s-%s" (include "graylane.fullname" .) .Release.Namespace -}}
{{- end -}}

{{- define "graylane.selectorLabels" -}}
app.kubernetes.io/name: {{ include "graylane.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "graylane.labels" -}}
{{ include "graylane.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: graylane
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "graylane.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "graylane.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "graylane.lease" -}}
{{- default (include "graylane.fullname" .) .Values.agent.lease -}}
{{- end -}}

{{- define "graylane.pluginName" -}}
{{- default (include "graylane.fullname" .) .Values.wasmPlugin.name -}}
{{- end -}}

{{- define "graylane.pluginNamespace" -}}
{{- default (printf "%s-system" .Values.target) .Values.wasmPlugin.namespace -}}
{{- end -}}

{{- define "graylane.pluginGroup" -}}
{{- printf "extensions.%s.io" .Values.target -}}
{{- end -}}

{{- define "graylane.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The agent, as the subject of a binding. */}}
{{- define "graylane.subjects" -}}
- kind: ServiceAccount
  name: {{ include "graylane.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{/* Annotations of what Helm makes when all else is uninstalled, lower weights first, and removes when it has done its work. */}}
{{- define "graylane.uninstallHook" -}}
helm.sh/hook: post-delete
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
