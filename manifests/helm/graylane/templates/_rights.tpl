{{/*
What is read in the namespaces that are watched: by the agent, and by people who ask for lanes.

Rollouts and TrafficRoutings say what is wanted. The others are read because a Rollout's status is late: that gray pods are going
is seen first on the workload and the BatchRelease, that they are ready on the pods, and a lane's scope is in the Ingress or
HTTPRoute that leads to the Service of those pods (docs/adr/0010-what-the-agent-may-read.md).
*/}}
{{- define "graylane.readRules" -}}
- apiGroups: [rollouts.kruise.io]
  resources: [rollouts, trafficroutings, batchreleases]
  verbs: [get, list, watch]
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: [get, list, watch]
- apiGroups: [apps.kruise.io]
  resources: [clonesets, statefulsets, daemonsets]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [pods, services]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes]
  verbs: [get, list, watch]
{{- end -}}

{{/* The agent's rights there without routes. It never reads Secrets, and writes nothing but events. */}}
{{- define "graylane.readerRules" -}}
{{ include "graylane.readRules" . }}
# Events about Rollouts; a repeated one is patched.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{/*
These verbs for every kind that the chosen routes are made of: `list $ "get, delete"`. None can be tied to names, since routes are
named after Services (docs/routes.md).
*/}}
{{- define "graylane.routeRules" -}}
{{- $routes := (index . 0).Values.routes }}
{{- $verbs := index . 1 }}
{{- if or (has "gateway-api" $routes) (has "ingress" $routes) }}
- apiGroups: [""]
  resources: [services]
  verbs: [{{ $verbs }}]
{{- end }}
{{- if has "gateway-api" $routes }}
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes]
  verbs: [{{ $verbs }}]
{{- end }}
{{- if has "istio" $routes }}
- apiGroups: [networking.istio.io]
  resources: [destinationrules, virtualservices]
  verbs: [{{ $verbs }}]
{{- end }}
{{- if has "ingress" $routes }}
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [{{ $verbs }}]
- apiGroups: [apisix.apache.org]
  resources: [apisixroutes]
  verbs: [{{ $verbs }}]
{{- end }}
{{- end -}}

{{/* Rights of what takes all back at the end: to see that no agent is left, */}}
{{- define "graylane.withdrawLeaseRules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "graylane.lease" . | quote }}]
  verbs: [get]
{{- end -}}

{{/* and to take the rules out of a WasmPlugin that stays. */}}
{{- define "graylane.withdrawGatewayRules" -}}
- apiGroups: [{{ include "graylane.pluginGroup" . }}]
  resources: [wasmplugins]
  resourceNames: [{{ include "graylane.pluginName" . | quote }}]
  verbs: [get{{ if or .Values.wasmPlugin.keep (not .Values.wasmPlugin.create) }}, patch{{ end }}]
{{- end -}}

{{/* What people may do with the commands of graylane, as far as the values say so. */}}
{{- define "graylane.operatorRules" -}}
{{- with .Values.rbac.operations }}
{{- if .view }}
{{- include "graylane.readRules" $ }}
{{- else }}
- apiGroups: [rollouts.kruise.io]
  resources: [rollouts]
  verbs: [get, list, watch]
{{- end }}
{{- if .approve }}
- apiGroups: [rollouts.kruise.io]
  resources: [rollouts/status]
  verbs: [patch]
{{- end }}
{{- if .pause }}
- apiGroups: [rollouts.kruise.io]
  resources: [rollouts]
  verbs: [patch]
{{- end }}
{{- if .rollback }}
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: [get, patch]
- apiGroups: [apps.kruise.io]
  resources: [clonesets, statefulsets, daemonsets]
  verbs: [get, patch]
# Where the templates of earlier revisions are.
- apiGroups: [apps]
  resources: [replicasets, controllerrevisions]
  verbs: [list]
{{- end }}
{{- end }}
{{- end -}}
