# shellcheck shell=bash
# The steps from a header to its principal, and the SDK's verifier in a service, and what they allocate.

measure() {
  "$(java25)" --sun-misc-unsafe-memory-access=allow -cp "$class_path" \
    org.openjdk.jmh.Main -prof gc -rf text -rff "$work/jmh" '(Pieces|Verifier)Benchmark' "$@"
}
