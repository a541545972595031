# shellcheck shell=bash
# Three nodes on one PostgreSQL: verification while tokens come and go, and what happens to revoked tokens.

measure() {
  export VERIFICATIONS_A_SECOND=${VERIFICATIONS_A_SECOND:-1500} CHANGES_A_SECOND=${CHANGES_A_SECOND:-50}
  export REVOKED_TO_ASK=${REVOKED_TO_ASK:-100000}
  # All who ask for revoked tokens have one address here.
  export SERVICE_TOKENS_THROTTLE_UNKNOWN_PER_SECOND=1000000 SERVICE_TOKENS_THROTTLE_UNKNOWN_BURST=10000000
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
  program Nodes 3
}
