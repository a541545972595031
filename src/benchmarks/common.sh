# shellcheck shell=bash
# What the commands of "measure" share: servers, their costs, and medians. Sourced.

# Nothing of the caller's may change what is measured; DATASOURCES_DEFAULT_… is for "import".
for name in $(env | sed -nE 's/^((SERVICE_TOKENS|MICRONAUT|STS_CLI)_[A-Z0-9_]*)=.*/\1/p'); do
  unset "$name"
done
unset JAVA_OPTS JAVA_TOOL_OPTIONS

work=$(mktemp -d)
pids=()

# The last one first: its database may be the first one's.
stop_all() {
  local i
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill "${pids[i]}" 2>/dev/null && wait "${pids[i]}" 2>/dev/null || true
  done
  pids=()
}
trap 'stop_all; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
range() { sort -n | awk 'NR == 1 { low = $1 } END { print "[" low "–" $1 "]" }'; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }

need() {
  local program
  for program; do
    command -v "$program" >/dev/null || { echo "skipped: $program is needed and not installed"; exit 0; }
  done
}

java25() {
  local jdk
  for jdk in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* "${HOME:-}"/.sdkman/candidates/java/*; do
    if grep -qs '^JAVA_VERSION="25' "$jdk/release"; then echo "$jdk/bin/java"; return; fi
  done
  echo "A JDK 25 is needed: set JAVA_HOME." >&2
  return 1
}

class_path="$top/src/server/target/*:$top/src/server/target/lib/*:$top/src/cli/target/lib/*:$benchmarks/target/*:$benchmarks/target/lib/*"

# program NAME ARGUMENT…: runs one of our own programs; not in the foreground, where it would keep a signal from us.
program() {
  local name=$1
  shift
  "$(java25)" -Xmx256m --sun-misc-unsafe-memory-access=allow -cp "$class_path" "dev.servicetokens.benchmarks.$name" "$@" &
  pids+=("$!")
  wait "$!"
  unset "pids[-1]"
}

# ---- Servers: "serve" sets data, url and pid of the newest one.

# The administrator's token: of a file that the caller has chosen, or the one that a first start makes.
token_file=
token() { cat "${token_file:-$data/admin-token}"; }
ask() { curl -sf -o /dev/null -H "X-API-Key: $(token)" "$url/api/server/status"; }

# serve DATA COMMAND…: starts a server on a free port and waits for its first authenticated 200.
serve() {
  local log begin=$SECONDS
  data=$1
  shift
  log=$work/${data##*/}.log
  : >"$log"
  MICRONAUT_SERVER_PORT=-1 SERVICE_TOKENS_DATA_DIRECTORY=$data "$@" >"$log" 2>&1 &
  pid=$!
  pids+=("$pid")
  until url=$(sed -n 's,^ *Address *http://localhost:,http://127.0.0.1:,p' "$log") && [ -n "$url" ] && ask 2>/dev/null; do
    if ! kill -0 "$pid" 2>/dev/null || ((SECONDS - begin > 180)); then
      tail -n 40 "$log" >&2
      echo "The server did not start." >&2
      exit 1
    fi
    sleep 0.02
  done
}

stop() {
  kill "$pid" && wait "$pid" 2>/dev/null || true
  unset "pids[-1]"
}

# serve_measured DATA: the packaged server as the launcher starts it, with our controllers behind it on the class path.
# Without the launcher's recording the compiler is busy with the start for minutes, which no user's server is.
serve_measured() {
  local folder options
  "$top/sts" --version >/dev/null
  folder=$top/.sts/$(cat "$top/.sts/current")
  options=$(sed -n 's/^server_flags="\(.*\)"$/\1/p' "$folder/bin/sts")
  # From the folder of the recording, which names the jar as it stands there.
  # shellcheck disable=SC2086
  serve "$1" env -C "$folder/lib" "$folder/runtime/bin/java" -Xshare:on -XX:SharedArchiveFile=server.jsa $options \
    -cp "server.jar:$benchmarks/target/*:$benchmarks/target/lib/*" dev.servicetokens.Application
}

free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# serve_nginx: starts an nginx with what stands within http {} on the standard input, where @PORT@ is its port. Sets url and
# pid. It keeps its connections and no log.
serve_nginx() {
  local port
  port=$(free_port)
  mkdir "$work/nginx"
  {
    cat <<END
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
END
    sed "s/@PORT@/$port/g"
    echo "}"
  } >"$work/nginx/nginx.conf"
  nginx -c "$work/nginx/nginx.conf" -e stderr 2>"$work/nginx.log" &
  pid=$!
  pids+=("$pid")
  url=http://127.0.0.1:$port
  until curl -s -o /dev/null "$url/"; do
    kill -0 "$pid" 2>/dev/null || { cat "$work/nginx.log" >&2; exit 1; }
    sleep 0.02
  done
}

# nginx_asking OURS: what serve_nginx needs to ask the server there before each answer of its own, as src/deploy/proxies
# does (/asks-us), or itself, where everybody gets a yes (/asks-itself).
nginx_asking() {
  cat <<END
upstream service_tokens {
  server ${1#http://};
  keepalive 32;
}
upstream itself {
  server 127.0.0.1:@PORT@;
  keepalive 32;
}
server {
  listen 127.0.0.1:@PORT@;
  # Whose address counts: of the balancer that stands before this nginx, which is the load itself.
  set_real_ip_from 127.0.0.1;
  real_ip_header X-Forwarded-For;
  proxy_http_version 1.1;
  proxy_pass_request_body off;
  proxy_set_header Content-Length "";
  proxy_set_header Connection "";
  proxy_set_header X-Forwarded-For \$remote_addr;
  location = /asks-us {
    auth_request /check-of-ours;
    auth_request_set \$token_id \$upstream_http_tokenid;
    auth_request_set \$check_status \$upstream_status;
    error_page 500 = @check_failed;
    empty_gif;
  }
  location = /asks-itself {
    auth_request /check-of-its-own;
    auth_request_set \$token_id \$upstream_http_tokenid;
    auth_request_set \$check_status \$upstream_status;
    error_page 500 = @check_failed;
    empty_gif;
  }
  location = /check-of-ours {
    internal;
    proxy_pass http://service_tokens/api/check?permission=get-metrics&application=orders;
  }
  location = /check-of-its-own {
    internal;
    proxy_pass http://itself/yes;
  }
  location = /yes {
    add_header Cache-Control no-store;
    add_header Tokenid 107484341630693;
    add_header Tokenname administrator;
    add_header Tokenroles stackstate-admin;
    return 200;
  }
  location @check_failed {
    internal;
    if (\$check_status = 429) {
      return 429;
    }
    return 503;
  }
}
END
}

# use_database DATA: from now on servers and programs use the PostgreSQL of the server of that data directory.
use_database() {
  export DATASOURCES_DEFAULT_URL DATASOURCES_DEFAULT_USERNAME=postgres DATASOURCES_DEFAULT_PASSWORD
  DATASOURCES_DEFAULT_URL=jdbc:postgresql://127.0.0.1:$(sed -n 4p "$1/postgresql/postmaster.pid")/postgres
  DATASOURCES_DEFAULT_PASSWORD=$(cat "$1/postgresql-password")
}

forget_database() { unset DATASOURCES_DEFAULT_URL DATASOURCES_DEFAULT_USERNAME DATASOURCES_DEFAULT_PASSWORD; }

# tell PREFIX: tells our programs of the newest server.
tell() {
  local database=$pid
  [ ! -f "$data/postgresql/postmaster.pid" ] || database=$(head -n 1 "$data/postgresql/postmaster.pid")
  export "$1_URL=$url" "$1_PID=$pid" "$1_DATABASE_PID=$database" "$1_TOKEN=$(token)"
}

# choose_token: servers that start from now on have an administrator of this run.
choose_token() {
  token_file=$work/token
  (umask 077 && : >"$token_file")
  program NewTokenString >"$token_file"
  export SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE=$token_file
}

# imported_data N: where the data directory of N generated tokens lies; it is kept for the next run.
imported_data() {
  local parent=${BENCHMARK_DATA:-$benchmarks/target/data}
  mkdir -p "$parent"
  echo "$parent/tokens-$1"
}

# ---- Costs

# CPU of some processes and of all that they have started, in clock ticks, user and system.
ticks() {
  { cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk -v roots="$*" \
    'BEGIN { split(roots, list, " "); for (i in list) is_root[list[i]] }
     { process = $1; sub(/.*\) /, ""); parent[process] = $2; cpu[process] = $12 + $13 }
     END { for (p in cpu) { q = p; while (q in parent && !(q in is_root)) q = parent[q]; if (q in is_root) sum += cpu[p] }
           print sum + 0 }'
}

# Bytes that the server of an address has allocated; 0 if it does not say.
allocated() { curl -sf "$1/benchmark/allocated" || echo 0; }

# warm_up URL [HEADER]: asks until the server's code is compiled.
warm_up() {
  local address=$1
  shift
  wrk -t1 -c64 -d"${WARM_UP_SECONDS}s" ${script:+-s "$script"} "${@/#/-H}" "$address" >/dev/null
}

# load NAME PID URL [HEADER]: appends to NAME requests a second, and for each request CPU microseconds of the server (or of
# several: "PID PID") and the bytes that it allocated. With "refused=yes" before it each answer must be a refusal, else
# none; "script=FILE" is a script of wrk's.
load() {
  local name=$work/$1 server=$2 address=$3 base before after bytes_before bytes_after
  shift 3
  base=$(echo "$address" | cut -d/ -f1-3)
  bytes_before=$(allocated "$base")
  before=$(ticks "$server")
  wrk -t1 -c64 -d"${SECONDS_A_BURST}s" ${script:+-s "$script"} "${@/#/-H}" "$address" >"$work/wrk"
  after=$(ticks "$server")
  bytes_after=$(allocated "$base")
  awk -v cpu=$((after - before)) -v hz="$(getconf CLK_TCK)" -v bytes=$((bytes_after - bytes_before)) \
    -v refused="${refused:-}" -v name="${name##*/}" '/requests in/ { n = $1 } /Requests\/sec/ { r = $2 } /Non-2xx/ { no = $NF }
     END { if (no != (refused ? n : 0)) { print name ": " no + 0 " of " n " were refused" > "/dev/stderr"; exit 1 }
           printf "%.0f %.2f %.0f\n", r, cpu / hz / n * 1e6, bytes / n }' "$work/wrk" >>"$name"
}

# shown NAME BASELINE: the ratio of one to the other, by requests a second and by CPU, and the bytes of each.
shown() {
  local name=$work/$1 baseline=$work/$2
  paste -d' ' "$name" "$baseline" >"$work/pairs"
  awk '{ printf "%.3f\n", $1 / $4 }' "$work/pairs" >"$work/rate"
  awk '{ printf "%.3f\n", $5 / $2 }' "$work/pairs" >"$work/cpu"
  echo "$1 ÷ $2: requests/s $(median <"$work/rate") $(range <"$work/rate"), CPU $(median <"$work/cpu") $(range <"$work/cpu")," \
    "µs $(cut -d' ' -f2 "$name" | median) against $(cut -d' ' -f2 "$baseline" | median)," \
    "bytes $(cut -d' ' -f3 "$name" | median) against $(cut -d' ' -f3 "$baseline" | median)"
}
