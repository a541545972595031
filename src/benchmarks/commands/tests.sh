# shellcheck shell=bash
# Whether the test command depends on luck: the same tests again and again, on a quiet machine, beside a load on every
# core, and on one core alone. Runs in a clone of its own, so that the work tree may change meanwhile.

measure() {
  local runs=${1:-10} run surroundings log red=0
  [[ $runs =~ ^[1-9][0-9]*$ ]] || { echo "How many runs? A whole number, 10 by default." >&2; exit 2; }
  logs=$top/src/benchmarks/target/tests
  mkdir -p "$logs"
  git clone -q "$top" "$work/service-tokens"
  for ((run = 1; run <= runs; run++)); do
    surroundings=$(surroundings_of "$run")
    log=$logs/$run-$surroundings.log
    echo "Run $run of $runs, $surroundings …" >&2
    if run_tests "$surroundings" >"$log" 2>&1; then
      echo "green  $(duration_of "$log")  run $run, $surroundings"
    else
      red=$((red + 1))
      echo "RED    $(duration_of "$log")  run $run, $surroundings: see $log"
      grep -E '^\[ERROR\] +[A-Za-z]+(Test|IT)[.:]' "$log" | sort -u | head -n 10 || true
    fi
  done
  echo "$((runs - red)) green, $red red"
  [[ $red == 0 ]]
}

# Quiet twice, then loaded, then on one core, and again.
surroundings_of() {
  case $(($1 % 4)) in
    1 | 2) echo quiet ;;
    3) echo loaded ;;
    0) echo one-core ;;
  esac
}

run_tests() (
  cd "$work/service-tokens"
  case $1 in
    quiet) ./mvnw -B --no-transfer-progress verify ;;
    loaded)
      load=()
      trap 'kill "${load[@]}" 2>/dev/null' EXIT
      for ((core = 0; core < $(nproc); core++)); do
        sh -c 'while :; do :; done' &
        load+=($!)
      done
      ./mvnw -B --no-transfer-progress verify
      ;;
    one-core) taskset -c 0 ./mvnw -B --no-transfer-progress verify ;;
  esac
)

duration_of() { sed -n 's/.*Total time: *//p' "$1" | tail -n 1; }
