# shellcheck shell=bash
# Verification for one address while another sends wrong tokens; with "nginx" both are clients of one nginx that asks us.

measure() {
  export VERIFICATIONS_A_SECOND=${VERIFICATIONS_A_SECOND:-1000} WRONG_A_SECOND=${WRONG_A_SECOND:-3000}
  export SERVICE_TOKENS_TRUSTED_PROXIES=127.0.0.1 ASKED_URL
  forget_database
  serve_measured "$work/data"
  tell SERVER
  ASKED_URL=$url/api/server/status
  if [ "${1:-}" = nginx ]; then
    PATH=$PATH:/usr/sbin
    need nginx
    serve_nginx < <(nginx_asking "$url")
    ASKED_URL=$url/asks-us
  fi
  program Flood
}
