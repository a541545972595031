# shellcheck shell=bash
# Verification for one address while another sends wrong tokens.

measure() {
  export VERIFICATIONS_A_SECOND=${VERIFICATIONS_A_SECOND:-1000} WRONG_A_SECOND=${WRONG_A_SECOND:-3000}
  export SERVICE_TOKENS_TRUSTED_PROXIES=127.0.0.1
  forget_database
  serve_measured "$work/data"
  tell SERVER
  program Flood
}
