# shellcheck shell=bash
# Authenticated server/status against the same bytes from nginx.

measure() {
  PATH=$PATH:/usr/sbin
  need wrk nginx
  local round ours our_url credential
  serve_measured "$work/ours"
  ours=$pid our_url=$url credential="X-API-Key: $(token)"
  serve_nginx <<END
server {
  listen 127.0.0.1:@PORT@;
  location = /api/server/status {
    default_type application/json;
    add_header Cache-Control no-store;
    return 200 '$(curl -sf -H "$credential" "$our_url/api/server/status")';
  }
  location / {
    return 404;
  }
}
END
  warm_up "$our_url/api/server/status" "$credential"
  for round in $(seq "$ROUNDS"); do
    load static "$pid" "$url/api/server/status"
    load authenticated "$ours" "$our_url/api/server/status" "$credential"
  done
  shown authenticated static
}
