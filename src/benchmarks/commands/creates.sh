# shellcheck shell=bash
# Creates over HTTP against the same inserts alone, on the same database.

find_pgbench() {
  local program
  for program in "$(command -v pgbench || true)" /usr/lib/postgresql/*/bin/pgbench; do
    if [ -x "$program" ]; then echo "$program"; return; fi
  done
}

measure() {
  export CONNECTIONS=${CONNECTIONS:-8}
  forget_database
  serve_measured "$work/data"
  tell SERVER
  use_database "$data"
  local pgbench
  pgbench=$(find_pgbench)
  [ -n "$pgbench" ] || echo "pgbench is not installed: a loop over JDBC runs the same statements instead"
  program Creates "$benchmarks/create.sql" ${pgbench:+"$pgbench"}
}
