#!/usr/bin/env bash
# Plan "mvp": creates 2 resources for nothing that is billed by the month.
# Read it, then run it. It can be run again: each step looks for what it makes, by the plan's label, and makes only what is missing.
set -euo pipefail

current='before the first step' hint=
at() { current=$1 hint=${2:-}; printf '%s\n' "$1" >&2; }
stop() { printf '%s\n' "$*" >&2; exit 1; }
# only WHAT VALUE: stops where a look-up found several of one name
only() { case $2 in *[[:space:]]*) stop "$1: several were found, and it is not known which is meant: $2" ;; esac; }
# settle SECONDS is VALUE|some|none COMMAND...: repeats a look-up until it prints VALUE, anything, or nothing
settle() {
  settle_end=$(($(date +%s) + $1)) settle_want=$2 settle_value=
  shift 2
  if [ "$settle_want" = is ]; then settle_value=$1; shift; fi
  while :; do
    if settle_got=$("$@" 2>/dev/null); then
      case $settle_want in
        is) [ "$settle_got" != "$settle_value" ] || return 0 ;;
        some) [ -z "$settle_got" ] || return 0 ;;
        none) [ -n "$settle_got" ] || return 0 ;;
      esac
    fi
    [ "$(date +%s)" -lt "$settle_end" ] || break
    sleep "${POLL_SECONDS:-5}"
  done
  "$@" >&2 || true
  stop "expected $settle_want $settle_value, and that did not come; the look-up above says what there is"
}
finish() {
  code=$?
  [ "$code" -eq 0 ] || printf '\nStopped (exit %s) at %s\n%s%s\n' "$code" "$current" "${hint:+$hint }" 'Nothing after it was run. Mend the cause and run this script again: what is finished is found and left as it is.' >&2
}
trap finish EXIT
trap 'exit 130' INT TERM

command -v docker >/dev/null || stop 'docker is not installed. macOS: brew install --cask docker-desktop. Linux: sudo apt-get install docker.io docker-compose-v2.'
[ -n "${POSTGRES_PASSWORD:-}" ] || stop 'POSTGRES_PASSWORD is not set: POSTGRES_PASSWORD of compose.app'
docker context ls --format '{{.Name}}' >/dev/null || stop 'docker did not let you in; its message is above.'

at 'does the Docker engine answer?'
found=$(docker version --format '{{.Server.Version}}')
[ -n "$found" ] || stop 'Docker does not answer; its message is above. Start it (Docker Desktop, or: sudo systemctl start docker), or let your user reach it.'

at '[1/2] volume.pgdata: volume pgdata'
volume_pgdata=$(docker volume ls --filter label=plan=mvp --filter label=name=pgdata --format '{{.Name}}')
only volume.pgdata "$volume_pgdata"
if [ -z "$volume_pgdata" ]; then
  docker volume create --label plan=mvp --label name=pgdata pgdata
fi
settle 120 is pgdata docker volume ls --filter label=plan=mvp --filter label=name=pgdata --format '{{.Name}}'

at '[2/2] compose.app: compose project mvp--app'
cat > mvp--app.compose.yaml <<'EOF'
services:
  web:
    image: "caddy:2"
    restart: unless-stopped
    labels:
      plan: mvp
    depends_on:
      - db
    ports:
      - "127.0.0.1:8080:80/tcp"
    mem_limit: "256m"
  db:
    image: "postgres:17"
    restart: unless-stopped
    labels:
      plan: mvp
    environment:
      POSTGRES_PASSWORD: "${POSTGRES_PASSWORD:?}"
    volumes:
      - type: volume
        source: pgdata
        target: "/var/lib/postgresql/data"
    mem_limit: "1024m"
volumes:
  pgdata:
    external: true
    name: pgdata
EOF
compose_app=$(docker network ls --filter label=com.docker.compose.project=mvp--app --format '{{.Name}}')
only compose.app "$compose_app"
if [ -z "$compose_app" ]; then
  POSTGRES_PASSWORD="$POSTGRES_PASSWORD" docker compose --project-name mvp--app --file mvp--app.compose.yaml create
fi
POSTGRES_PASSWORD="$POSTGRES_PASSWORD" docker compose --project-name mvp--app --file mvp--app.compose.yaml up --detach --wait
settle 120 is mvp--app docker compose ls --quiet --filter 'name=^mvp--app$'

at 'done: everything is there'
