import { type Script, sh } from '../script.ts';

/**
 * Point in time: the server's log (WAL, binlog) beside its base backups, in the bucket. The database never holds the
 * bucket's keys: it writes closed log files into a folder (or keeps them itself), and `log`, started by a timer, sends
 * them. Each engine adds `advance` (closes the open file, puts what is to be sent into "$SPOOL"), `epoch` (changes when
 * numbers begin anew), `ordinal NAME` (sets n, counted without a hole; fails for a name that is not counted).
 *
 * A manifest of such a source has a line `log EPOCH NAME`: replay starts with that file.
 */
export const logs: Script = sh`#!/usr/bin/env bash
# shellcheck disable=SC2015,SC2034,SC2154 # part of lib.sh: what both set and read
# The log between base backups: log/EPOCH/NAME.gz.age
POINT_IN_TIME=yes

# origin: reads the chosen manifest's line: epoch_is, first
origin() {
  awk '$1 == "log" { print $2, $3 }' "$work/manifest" >"$work/origin"
  read -r epoch_is first <"$work/origin" || die "this backup has no log beside it"
}

log() {
  local name
  need aws age gzip
  ready
  age --encrypt --recipients-file "$RECIPIENTS" </dev/null >/dev/null || die "$RECIPIENTS holds no usable recipients"
  id=$(newest)
  manifest "$id"
  origin
  [ "$(epoch)" = "$epoch_is" ] || die "the server's log begins anew: take a backup first"
  advance
  for name in "$SPOOL"/[!.]*; do
    [ ! -f "$name" ] || ship "$name"
  done
  gapless
}

# ship FILE: sends it, reads it back, then removes it. What is there already has to be the same.
ship() {
  local name=\${1##*/} key sum there since=$SECONDS
  key="$BASE/log/$epoch_is/$name.gz.age"
  sum=$(sha256 <"$1")
  if there=$(s3api head-object --bucket "$BUCKET" --key "$key" --query 'Metadata.sha256' --output text 2>"$work/said"); then
    [ "$there" = "$sum" ] || die "$name is in the bucket with other content: another server writes to the same place"
  else
    grep -q 404 "$work/said" || { cat "$work/said" >&2; die "$name: the bucket does not answer"; }
    gzip -c <"$1" | age --encrypt --recipients-file "$RECIPIENTS" >"$work/log.age"
    s3api put-object --bucket "$BUCKET" --key "$key" --body "$work/log.age" --metadata "sha256=$sum" >/dev/null
    arrived "$key" "$(($(wc -c <"$work/log.age")))" "$(sha256 <"$work/log.age")" "$since"
  fi
  rm -f "$1"
}

# sent: names in the bucket from the chosen backup's first on, in their order
sent() {
  local name n from
  ordinal "$first" || die "$first is no name of a log file"
  from=$n
  keys "$BASE/log/$epoch_is/" | sed -n 's/\.gz\.age$//p' | while read -r name; do
    if ordinal "$name"; then
      [ "$n" -lt "$from" ] || printf '%020d %s\n' "$n" "$name"
    else
      # The history of a timeline has no number, and every restore may need it.
      case $name in *.history) printf '%020d %s\n' 0 "$name" ;; esac
    fi
  done | sort >"$work/sent"
}

# gapless: fails where a file is missing between the chosen backup and the newest log; sets through
gapless() {
  local name n last=''
  through=''
  sent
  while read -r n name; do
    ordinal "$name" || continue
    if [ -z "$last" ]; then
      [ "$name" = "$first" ] || die "the log after backup $id begins with $name, not with $first: take a new backup"
    else
      [ "$n" -le $((last + 1)) ] || die "a gap in the log before $name: nothing after it can be restored from $id; take a new backup"
    fi
    last=$n
    # Of several timelines the newest: a server that was replaced may have written on for a while.
    [ "$name" \< "$through" ] || through=$name
  done < <(sed 's/^0*\([0-9]\)/\1/' "$work/sent")
  ! declare -F reached >/dev/null || reached
  [ -n "$last" ] || die "nothing of the log after backup $id has arrived"
  say "log of $id: complete from $first through $through"
}

# collect FOLDER: all of the log after the chosen backup, decrypted and found whole
collect() {
  local name
  gapless
  while read -r _ name; do
    s3 cp "s3://$BUCKET/$BASE/log/$epoch_is/$name.gz.age" "$work/fetched" --only-show-errors
    age --decrypt --identity "$AGE_IDENTITY" --output "$1/$name.gz" "$work/fetched" || die "$name: cannot be decrypted"
    gzip -t "$1/$name.gz" || die "$name is damaged"
  done <"$work/sent"
}

# After its parts: what the log holds from before the oldest of the last LOG_DAYS days' backups.
forget_log() {
  local one keep='' name n from
  while read -r one; do
    [ "$(age_minutes "$one")" -gt $((LOG_DAYS * 1440)) ] || break
    keep=$one
  done < <(sed -n 's/^keep //p' "$work/decided" | sort)
  [ -n "$keep" ] || return 0
  manifest "$keep"
  origin
  ordinal "$first" || die "$first is no name of a log file"
  from=$n
  keys "$BASE/log/$epoch_is/" >"$work/names"
  while read -r name; do
    ordinal "\${name%.gz.age}" && [ "$n" -lt "$from" ] || continue
    s3api delete-object --bucket "$BUCKET" --key "$BASE/log/$epoch_is/$name" >/dev/null
  done <"$work/names"
}
`;
