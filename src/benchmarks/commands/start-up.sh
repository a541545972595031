# shellcheck shell=bash
# Start to the first authenticated 200: first ever, and on used data.

measure() {
  "$top/sts" --version >/dev/null
  local round begin
  for round in $(seq "$ROUNDS"); do
    mkdir -m 700 "$work/data"
    begin=$(milliseconds)
    serve "$work/data" "$top/sts" serve
    echo $(($(milliseconds) - begin)) >>"$work/first"
    stop
    begin=$(milliseconds)
    serve "$work/data" "$top/sts" serve
    echo $(($(milliseconds) - begin)) >>"$work/used"
    stop
    rm -rf "$work/data"
  done
  echo "start to first 200, first ever: $(median <"$work/first") ms $(range <"$work/first")"
  echo "start to first 200, used data: $(median <"$work/used") ms $(range <"$work/used")"
}
