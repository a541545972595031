# shellcheck shell=bash
# The SDK's verifier with three nodes on one PostgreSQL: what it costs services, deletes and the server.

measure() {
  export VERIFICATIONS_A_SECOND=${VERIFICATIONS_A_SECOND:-1500} DELETES_A_ROUND=${DELETES_A_ROUND:-100}
  export CHECKS_AFTER_DELETE=${CHECKS_AFTER_DELETE:-100} HOLDERS=${HOLDERS:-30}
  local node
  forget_database
  serve_measured "$work/node1"
  tell NODE1
  token_file=$work/node1/admin-token
  use_database "$work/node1"
  for node in 2 3; do
    serve_measured "$work/node$node"
    tell "NODE$node"
  done
  program Verifiers 3
}
