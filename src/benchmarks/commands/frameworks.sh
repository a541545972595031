# shellcheck shell=bash
# The example services of the integrations, which verify a live token on each request, against the same without security.

measure() {
  need wrk curl
  local round token own tokens name
  serve_measured "$work/tokens"
  tokens=$url
  own=$(created services token-verifier)
  token=$(created caller token-verifier)
  service micronaut micronaut example.Clusters
  service micronaut-bare micronaut example.Clusters MICRONAUT_SECURITY_ENABLED=false SERVICE_TOKENS_ENABLED=false
  service spring spring example.servlet.Clusters
  service spring-bare spring example.servlet.Clusters SERVICE_TOKENS_ENABLED=false SPRING_AUTOCONFIGURE_EXCLUDE="$(without_security)"
  for name in micronaut micronaut-bare spring spring-bare; do
    warm_up "$(cat "$work/$name.url")/open" "X-API-Key: $token"
  done
  for round in $(seq "$ROUNDS"); do
    for name in micronaut micronaut-bare spring spring-bare; do
      load "$name" "$(cat "$work/$name.pid")" "$(cat "$work/$name.url")/open" "X-API-Key: $token"
    done
  done
  shown micronaut micronaut-bare
  shown spring spring-bare
}

# created NAME ROLE: the token string of a new token.
created() {
  curl -sf -H "X-API-Key: $(token)" -H 'Content-Type: application/json' -d "{\"name\":\"$1\",\"roles\":[\"$2\"]}" \
    "$url/api/security/tokens" | sed -n 's/.*"token":"\([^"]*\)".*/\1/p'
}

# What Spring Boot is to leave out.
without_security() {
  local security=org.springframework.boot.autoconfigure.security.servlet
  local management=org.springframework.boot.actuate.autoconfigure.security.servlet
  printf '%s,' "$security.SecurityAutoConfiguration" "$security.UserDetailsServiceAutoConfiguration" \
    "$security.SecurityFilterAutoConfiguration"
  echo "$management.ManagementWebSecurityAutoConfiguration"
}

# service NAME FOLDER MAIN [VARIABLE=VALUE…]: starts an example service; where it listens lies in NAME.url.
service() {
  local name=$1 target=$top/src/integrations/$2/target main=$3 log=$work/$1.service begin=$SECONDS port
  shift 3
  if [ ! -d "$target/lib" ]; then
    echo "Package the integrations first: ./mvnw package -pl api,src/integrations/micronaut,src/integrations/spring" >&2
    exit 1
  fi
  : >"$log" # It is looked into before the service has opened it.
  env SERVER_PORT=0 SERVER_ADDRESS=127.0.0.1 MICRONAUT_SERVER_PORT=-1 MICRONAUT_SERVER_HOST=127.0.0.1 \
    SERVICE_TOKENS_URL="$tokens" SERVICE_TOKENS_TOKEN="$own" "$@" \
    "$(java25)" -Xmx512m -cp "$target/test-classes:$target/classes:$target/lib/*" "$main" >"$log" 2>&1 &
  pids+=("$!")
  echo "$!" >"$work/$name.pid"
  until port=$(sed -nE 's,.*(Server Running: http://[^:]+:|Tomcat started on port )([0-9]+).*,\2,p' "$log") && [ -n "$port" ]; do
    if ! kill -0 "${pids[-1]}" 2>/dev/null || ((SECONDS - begin > 180)); then
      tail -n 40 "$log" >&2
      echo "The service $name did not start." >&2
      exit 1
    fi
    sleep 0.1
  done
  echo "http://127.0.0.1:$port" >"$work/$name.url"
}
