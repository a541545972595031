{{- define "name" -}}
{{- .Values.nameOverride | default .Chart.Name -}}
{{- end }}

{{/* Short enough for what is appended to it below. */}}
{{- define "fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains (include "name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "selector" -}}
app.kubernetes.io/name: {{ include "name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/*
What every object begins with, of (list . "-suffix" labels annotations). No label of a value replaces one of these.
Texts of values are written as JSON: toYaml writes some line breaks as they are, which other parsers read otherwise.
*/}}
{{- define "metadata" -}}
{{- $root := index . 0 -}}
name: {{ printf "%s%s" (include "fullname" $root) (index . 1) | quote }}
namespace: {{ $root.Release.Namespace | quote }}
labels:
  {{- $labels := include "selector" $root | fromYaml }}
  {{- $_ := set $labels "app.kubernetes.io/version" $root.Chart.AppVersion }}
  {{- $_ := set $labels "app.kubernetes.io/managed-by" $root.Release.Service }}
  {{- $_ := set $labels "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_") }}
  {{- toYaml (merge $labels (index . 2)) | nindent 2 }}
{{- with index . 3 }}
annotations: {{ toJson . }}
{{- end }}
{{- end }}

{{/* A variable from a Secret: name, secret, key. */}}
{{- define "fromSecret" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret | quote }}
      key: {{ .key | quote }}
{{- end }}

{{- define "databaseUrl" -}}
{{- if .Values.database.url -}}
- name: {{ .variable }}
  value: {{ .Values.database.url | quote }}
{{- else -}}
{{- include "fromSecret" (dict "name" .variable "secret" .Values.database.existingSecret "key" .Values.database.urlKey) -}}
{{- end -}}
{{- end }}

{{/* What the chart itself says to the server; extraEnv may not say the same again. */}}
{{- define "environment" -}}
- name: MICRONAUT_SERVER_HOST
  value: "0.0.0.0"
- name: MICRONAUT_SERVER_PORT
  value: "8080"
- name: SERVICE_TOKENS_MANAGEMENT_HOST
  value: "0.0.0.0"
- name: SERVICE_TOKENS_MANAGEMENT_PORT
  value: {{ .Values.management.port | quote }}
- name: SERVICE_TOKENS_DATA_DIRECTORY
  value: /var/lib/service-tokens
- name: SERVICE_TOKENS_DRAIN
  value: {{ printf "%ds" (int .Values.drain.seconds) | quote }}
- name: SERVICE_TOKENS_LOG_FORMAT
  value: {{ .Values.log.format | quote }}
{{- with .Values.log.level }}
- name: SERVICE_TOKENS_LOG_LEVEL
  value: {{ . | quote }}
{{- end }}
{{ include "databaseUrl" (dict "variable" "DATASOURCES_DEFAULT_URL" "Values" .Values) }}
{{ include "fromSecret" (dict "name" "DATASOURCES_DEFAULT_USERNAME" "secret" .Values.database.existingSecret "key" .Values.database.usernameKey) }}
{{ include "fromSecret" (dict "name" "DATASOURCES_DEFAULT_PASSWORD" "secret" .Values.database.existingSecret "key" .Values.database.passwordKey) }}
{{- with .Values.database.migrationSecret }}
{{ include "databaseUrl" (dict "variable" "FLYWAY_DATASOURCES_DEFAULT_URL" "Values" $.Values) }}
{{ include "fromSecret" (dict "name" "FLYWAY_DATASOURCES_DEFAULT_USERNAME" "secret" . "key" $.Values.database.usernameKey) }}
{{ include "fromSecret" (dict "name" "FLYWAY_DATASOURCES_DEFAULT_PASSWORD" "secret" . "key" $.Values.database.passwordKey) }}
{{- end }}
{{- if .Values.bootstrap.existingSecret }}
- name: SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE
  value: /etc/service-tokens/bootstrap/token
{{- with .Values.bootstrap.roles }}
- name: SERVICE_TOKENS_BOOTSTRAP_ROLES
  value: {{ join "," . | quote }}
{{- end }}
{{- with .Values.bootstrap.ttl }}
- name: SERVICE_TOKENS_BOOTSTRAP_TTL
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- if .Values.tls.existingSecret }}
- name: SERVICE_TOKENS_TLS_CERTIFICATE
  value: /etc/service-tokens/tls/tls.crt
- name: SERVICE_TOKENS_TLS_KEY
  value: /etc/service-tokens/tls/tls.key
{{- end }}
{{- with .Values.publicUrl }}
- name: SERVICE_TOKENS_PUBLIC_URL
  value: {{ . | quote }}
{{- end }}
{{- with .Values.trustedProxies }}
- name: SERVICE_TOKENS_TRUSTED_PROXIES
  value: {{ join "," . | quote }}
{{- end }}
{{- with .Values.javaOptions }}
- name: JDK_JAVA_OPTIONS
  value: {{ join " " . | quote }}
{{- end }}
{{- end }}

{{/* Refuses what Kubernetes would take and the server, or somebody's secret, would suffer from. */}}
{{- define "check" -}}
{{- $values := .Values -}}
{{- if not $values.image.repository -}}
{{- fail "image.repository is empty: say where you have put the image, registry and all, registry.example.com/service-tokens" -}}
{{- end -}}
{{- if not (or $values.database.url $values.database.urlKey) -}}
{{- fail "database.url is empty: name a PostgreSQL of yours, jdbc:postgresql://host:5432/name (or urlKey, the key of database.existingSecret that holds it). The image has none, and replicas must share one" -}}
{{- end -}}
{{- if not $values.database.existingSecret -}}
{{- fail "database.existingSecret is empty: name the Secret that holds the role's name and password (keys username and password)" -}}
{{- end -}}
{{- with $values.database.url -}}
{{- if $values.database.urlKey -}}
{{- fail "database.url and database.urlKey say the same thing: leave one out" -}}
{{- end -}}
{{- if not (hasPrefix "jdbc:postgresql://" .) -}}
{{- fail "database.url must begin with jdbc:postgresql://" -}}
{{- end -}}
{{- if regexMatch "(?i)[?&](ssl)?password=|//[^/]*@" . -}}
{{- fail "database.url holds a name or password, which everybody could read in the Deployment: put both into the Secret database.existingSecret" -}}
{{- end -}}
{{- end -}}
{{- if and (not $values.bootstrap.existingSecret) (or $values.bootstrap.roles $values.bootstrap.ttl) -}}
{{- fail "bootstrap.roles and bootstrap.ttl need bootstrap.existingSecret, a Secret with the token" -}}
{{- end -}}
{{- if eq (int $values.management.port) 8080 -}}
{{- fail "management.port is 8080, where the server itself listens: take another" -}}
{{- end -}}
{{- $least := add (int $values.drain.preStopSeconds) (int $values.drain.seconds) 10 -}}
{{- if and $values.drain.terminationGracePeriodSeconds (lt (int $values.drain.terminationGracePeriodSeconds) (int $least)) -}}
{{- fail (printf "drain.terminationGracePeriodSeconds must be %d or more: preStopSeconds, seconds, and 10 for requests in flight" $least) -}}
{{- end -}}
{{- $own := list "SERVICE_TOKENS_JAVA_OPTS" "JDK_JAVA_OPTIONS" -}}
{{- range include "environment" . | fromYamlArray -}}
{{- $own = append $own .name -}}
{{- end -}}
{{- range $values.extraEnv -}}
{{- if has .name $own -}}
{{- fail (printf "extraEnv sets %s twice, or another value of this chart is for that: leave it out there" .name) -}}
{{- end -}}
{{- $own = append $own .name -}}
{{- if and (hasKey . "value") (or (hasSuffix "PASSWORD" .name) (eq .name "SERVICE_TOKENS_BOOTSTRAP_TOKEN")) -}}
{{- fail (printf "extraEnv has %s as a plain value, which everybody could read in the Deployment: take it from a Secret (valueFrom.secretKeyRef)" .name) -}}
{{- end -}}
{{- end -}}
{{- if and $values.ingress.enabled (not $values.ingress.hosts) -}}
{{- fail "ingress.hosts is empty: name the host that it is for" -}}
{{- end -}}
{{- if and $values.httpRoute.enabled (not $values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.parentRefs is empty: name the Gateway, [{name: my-gateway, namespace: gateways}]" -}}
{{- end -}}
{{- end }}
