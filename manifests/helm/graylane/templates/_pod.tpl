{{/* What the agents' pods and the one that takes back what they wrote have in common. */}}
{{- define "graylane.podSettings" -}}
automountServiceAccountToken: true
enableServiceLinks: false
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  {{- with .Values.runAsUser }}
  runAsUser: {{ int64 . }}
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The same of their containers. */}}
{{- define "graylane.containerSettings" -}}
image: {{ include "graylane.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* Which objects the command is to look at: the words that `run` and `withdraw` both take. */}}
{{- define "graylane.targetArgs" -}}
- --kubeconfig
- in-cluster
- --target
- {{ .Values.target }}
- --object
- {{ include "graylane.pluginNamespace" . }}/{{ include "graylane.pluginName" . }}
- --lease
- {{ .Release.Namespace }}/{{ include "graylane.lease" . }}
{{- with .Values.watchNamespaces }}
- --watch-namespaces
- {{ join "," . | quote }}
{{- end }}
{{- with .Values.routes }}
- --routes
- {{ join "," . | quote }}
{{- end }}
{{- if .Values.agent.forceConflicts }}
- --force-conflicts
{{- end }}
{{- end -}}

{{/* Whom they have to reach: DNS and API servers. */}}
{{- define "graylane.egress" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
- ports:
    {{- range .Values.networkPolicy.apiServerPorts }}
    - port: {{ . }}
      protocol: TCP
    {{- end }}
  {{- with .Values.networkPolicy.apiServerCidrs }}
  to:
    {{- range . }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
  {{- end }}
{{- end -}}
