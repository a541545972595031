# shellcheck shell=bash
# Authenticated server/status against the same bytes without a token; our security filter and the framework's.

measure() {
  need wrk
  local round ours our_url our_credential stock stock_url stock_credential
  serve_measured "$work/ours"
  ours=$pid our_url=$url our_credential="X-API-Key: $(token)"
  MICRONAUT_SECURITY_FILTER_ENABLED=true serve_measured "$work/stock"
  stock=$pid stock_url=$url stock_credential="X-API-Key: $(token)"
  warm_up "$our_url/benchmark/status"
  warm_up "$our_url/api/server/status" "$our_credential"
  warm_up "$stock_url/benchmark/status"
  warm_up "$stock_url/api/server/status" "$stock_credential"
  for round in $(seq "$ROUNDS"); do
    load bare "$ours" "$our_url/benchmark/status"
    load authenticated "$ours" "$our_url/api/server/status" "$our_credential"
    load framework "$stock" "$stock_url/api/server/status" "$stock_credential"
    load framework-bare "$stock" "$stock_url/benchmark/status"
  done
  shown authenticated bare
  shown framework bare
  shown framework framework-bare
  shown framework-bare bare
}
