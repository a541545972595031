# shellcheck shell=bash
# Authenticated server/status against the same bytes from nginx.

free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# serve_bytes BODY: starts an nginx that answers this to everybody.
serve_bytes() {
  local port
  port=$(free_port)
  mkdir "$work/nginx"
  cat >"$work/nginx/nginx.conf" <<END
daemon off;
worker_processes auto;
pid $work/nginx/pid;
error_log stderr warn;
events {
}
http {
  access_log off;
  client_body_temp_path $work/nginx/body;
  proxy_temp_path $work/nginx/proxy;
  fastcgi_temp_path $work/nginx/fastcgi;
  uwsgi_temp_path $work/nginx/uwsgi;
  scgi_temp_path $work/nginx/scgi;
  keepalive_requests 1000000000;
  server {
    listen 127.0.0.1:$port;
    location = /api/server/status {
      default_type application/json;
      add_header Cache-Control no-store;
      return 200 '$1';
    }
    location / {
      return 404;
    }
  }
}
END
  nginx -c "$work/nginx/nginx.conf" -e stderr 2>"$work/nginx.log" &
  pid=$!
  pids+=("$pid")
  url=http://127.0.0.1:$port
  until curl -sf -o /dev/null "$url/api/server/status"; do
    kill -0 "$pid" 2>/dev/null || { cat "$work/nginx.log" >&2; exit 1; }
    sleep 0.02
  done
}

measure() {
  PATH=$PATH:/usr/sbin
  need wrk nginx
  local round ours our_url credential
  serve_measured "$work/ours"
  ours=$pid our_url=$url credential="X-API-Key: $(token)"
  serve_bytes "$(curl -sf -H "$credential" "$our_url/api/server/status")"
  warm_up "$our_url/api/server/status" "$credential"
  for round in $(seq "$ROUNDS"); do
    load static "$pid" "$url/api/server/status"
    load authenticated "$ours" "$our_url/api/server/status" "$credential"
  done
  shown authenticated static
}
