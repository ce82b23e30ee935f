#!/usr/bin/env bash
# Plan "mvp": DESTROYS 2 things, in the reverse of their creation.
# Nothing stays.
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
  [ "$code" -eq 0 ] || printf '\nStopped (exit %s) at %s\n%s%s\n' "$code" "$current" "${hint:+$hint }" 'Nothing after it was run. Mend the cause and run this script again: what is gone already is passed over.' >&2
}
trap finish EXIT
trap 'exit 130' INT TERM

command -v docker >/dev/null || stop 'docker is not installed. macOS: brew install --cask docker-desktop. Linux: sudo apt-get install docker.io docker-compose-v2.'
docker context ls --format '{{.Name}}' >/dev/null || stop 'docker did not let you in; its message is above.'

at 'looking up what there is'
volume_pgdata=$(docker volume ls --filter label=plan=mvp --filter label=name=pgdata --format '{{.Name}}')
only volume.pgdata "$volume_pgdata"
compose_app=$(docker network ls --filter label=com.docker.compose.project=mvp--app --format '{{.Name}}')
only compose.app "$compose_app"

[ -z "$compose_app" ] || printf '  %s\n' 'compose.app (docker)' >&2
[ -z "$volume_pgdata" ] || printf '  %s\n' 'volume.pgdata (docker)' >&2

if [ -t 0 ]; then
  printf '%s' 'This destroys what is listed above, for good. Type mvp to go on: ' >&2
  read -r answer
  [ "$answer" = mvp ] || stop 'Nothing was destroyed.'
fi

at '[1/2] compose.app: remove'
if [ -n "$compose_app" ]; then
  docker compose --project-name mvp--app down --remove-orphans --volumes
  settle 120 none docker network ls --filter label=com.docker.compose.project=mvp--app --format '{{.Name}}'
fi

at '[2/2] volume.pgdata: remove'
if [ -n "$volume_pgdata" ]; then
  docker volume rm pgdata
  settle 120 none docker volume ls --filter label=plan=mvp --filter label=name=pgdata --format '{{.Name}}'
fi

at 'done: nothing of it is left'
