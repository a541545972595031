# shellcheck shell=bash
# A server of many tokens against one of few.

few=10000

# prepared N: makes a data directory of N tokens unless there is one.
prepared() {
  local directory
  directory=$(imported_data "$1")
  [ -e "$directory/imported" ] && return
  echo "importing $1 tokens into $directory …"
  rm -rf "$directory"
  serve_measured "$directory"
  use_database "$directory"
  program Import "$1"
  forget_database
  stop
  touch "$directory/imported"
}

start_ups() {
  "$top/sts" --version >/dev/null
  local round count begin
  for round in $(seq "$ROUNDS"); do
    for count; do
      begin=$(milliseconds)
      serve "$(imported_data "$count")" "$top/sts" serve
      echo $(($(milliseconds) - begin)) >>"$work/start-$count"
      stop
    done
  done
  for count; do
    echo "start to first 200, $count tokens: $(median <"$work/start-$count") ms $(range <"$work/start-$count")"
  done
}

measure() {
  local many=${1:-10000000}
  export VERIFICATIONS_A_SECOND=${VERIFICATIONS_A_SECOND:-2000} TOKENS_TO_REMEMBER=${TOKENS_TO_REMEMBER:-250000}
  forget_database
  choose_token
  prepared "$few"
  prepared "$many"
  start_ups "$few" "$many"
  serve_measured "$(imported_data "$few")"
  tell FEW
  serve_measured "$(imported_data "$many")"
  tell MANY
  program Scale "$few" "$many"
}
