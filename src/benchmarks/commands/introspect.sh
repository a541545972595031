# shellcheck shell=bash
# Introspection (RFC 7662) against server/status, and its other answers against a live token's.

# form NAME TOKEN: a script that lets wrk introspect that token.
form() {
  cat >"$work/$1.lua" <<END
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.body = "token=$2"
END
}

measure() {
  need wrk
  forget_database
  serve_measured "$work/ours"
  local round status=$url/api/server/status introspect=$url/api/oauth2/introspect asker basic guest
  asker="X-API-Key: $(token)"
  basic="Authorization: Basic $(printf 'orders:%s' "$(token)" | base64 -w 0)"
  guest=$(curl -sf -H "$asker" -H "Content-Type: application/json" -d '{"name":"guest","roles":["stackstate-guest"]}' \
    "$url/api/security/tokens" | sed -n 's/.*"token":"\([^"]*\)".*/\1/p')
  program NewTokenString >"$work/wrong"
  form live "$guest"
  form wrong "$(cat "$work/wrong")"
  warm_up "$status" "$asker"
  script=$work/live.lua warm_up "$introspect" "$asker"
  script=$work/live.lua warm_up "$introspect" "$basic"
  script=$work/wrong.lua warm_up "$introspect" "$asker"
  script=$work/wrong.lua warm_up "$introspect" "X-API-Key: $guest"
  for round in $(seq "$ROUNDS"); do
    load status "$pid" "$status" "$asker"
    script=$work/live.lua load active "$pid" "$introspect" "$asker"
    script=$work/live.lua load active-by-basic "$pid" "$introspect" "$basic"
    script=$work/wrong.lua load inactive "$pid" "$introspect" "$asker"
    script=$work/wrong.lua refused=yes load forbidden "$pid" "$introspect" "X-API-Key: $guest"
  done
  shown active status
  shown active-by-basic status
  shown inactive active
  shown forbidden active
}
