# shellcheck shell=bash
# The proxy check against server/status, refusals against a yes, and nginx that asks us against nginx that asks itself.

# created NAME ROLE: the token string of a new token of the newest server.
created() {
  curl -sf -H "X-API-Key: $(token)" -H "Content-Type: application/json" -d "{\"name\":\"$1\",\"roles\":[\"$2\"]}" \
    "$url/api/security/tokens" | sed -n 's/.*"token":"\([^"]*\)".*/\1/p'
}

measure() {
  PATH=$PATH:/usr/sbin
  need wrk nginx
  export SERVICE_TOKENS_TRUSTED_PROXIES=127.0.0.1
  forget_database
  serve_measured "$work/ours"
  local round ours=$pid status=$url/api/server/status
  local check="$url/api/check?permission=get-metrics&application=orders" more="$url/api/check?permission=update-permissions"
  local client="X-Forwarded-For: 192.0.2.7" live guest wrong
  live="X-API-Key: $(token)"
  guest="X-API-Key: $(created guest stackstate-guest)"
  program NewTokenString >"$work/wrong"
  wrong="X-API-Key: $(cat "$work/wrong")"
  serve_nginx < <(nginx_asking "$url")
  warm_up "$status" "$live" "$client"
  warm_up "$check" "$live" "$client"
  warm_up "$more" "$guest" "$client"
  warm_up "$check" "$wrong" "$client"
  warm_up "$url/asks-us" "$live" "$client"
  for round in $(seq "$ROUNDS"); do
    load status "$ours" "$status" "$live" "$client"
    load check "$ours" "$check" "$live" "$client"
    refused=yes load forbidden "$ours" "$more" "$guest" "$client"
    refused=yes load unknown "$ours" "$check" "$wrong" "$client"
    refused=yes load nobody "$ours" "$check" "$client"
    load nginx-asking-itself "$pid" "$url/asks-itself" "$live" "$client"
    load nginx-asking-us "$pid $ours" "$url/asks-us" "$live" "$client"
  done
  shown check status
  shown forbidden check
  shown unknown check
  shown nobody check
  shown nginx-asking-us nginx-asking-itself
}
