# shellcheck shell=bash
# Puts generated tokens into the database of a data directory, or into that of DATASOURCES_DEFAULT_URL.

measure() {
  if [ $# -lt 1 ]; then
    echo "How many tokens? src/benchmarks/measure import N [DIRECTORY]" >&2
    exit 2
  fi
  # A start makes the tables.
  choose_token
  serve_measured "${2:-$(imported_data "$1")}"
  [ -n "${DATASOURCES_DEFAULT_URL:-}" ] || use_database "$data"
  program Import "$1"
}
