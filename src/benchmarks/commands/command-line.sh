# shellcheck shell=bash
# A round trip of the packaged command line.

timed() {
  local begin
  begin=$(milliseconds)
  "$@" >/dev/null 2>&1
  echo $(($(milliseconds) - begin))
}

measure() {
  "$top/sts" --version >/dev/null
  serve "$work/data" "$top/sts" serve
  export STS_CLI_URL=$url STS_CLI_SERVICE_TOKEN
  STS_CLI_SERVICE_TOKEN=$(token)
  local round
  for round in $(seq $((ROUNDS * 4))); do
    timed "$top/sts" service-token list >>"$work/list"
    timed "$top/sts" --version >>"$work/version"
  done
  echo "sts service-token list: $(median <"$work/list") ms $(range <"$work/list")"
  echo "sts --version: $(median <"$work/version") ms $(range <"$work/version")"
}
