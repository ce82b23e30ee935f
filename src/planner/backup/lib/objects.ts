import { type Script, sh } from '../script.ts';

/**
 * The store in a bucket. A backup is its parts (`data/ID.PART.age`) and a manifest (`manifests/ID`) that names each with
 * size and checksum: the commit record, written after every part was read back.
 */
export const objects: Script = sh`#!/usr/bin/env bash
# shellcheck disable=SC2015,SC2034,SC2154 # part of lib.sh: what both set and read
# Store: a bucket.
s3() { aws s3 "$@" \${PLACE[@]+"\${PLACE[@]}"}; }
s3api() { aws s3api "$@" \${PLACE[@]+"\${PLACE[@]}"}; }

reach() { s3api head-bucket --bucket "$BUCKET" >/dev/null || die "bucket $BUCKET is missing or closed to these credentials"; }
ready() { need aws; reach; }

begin() {
  need age
  [ -s "$RECIPIENTS" ] || die "no age recipients in $RECIPIENTS: nothing leaves this machine unencrypted"
  age --encrypt --recipients-file "$RECIPIENTS" </dev/null >/dev/null || die "$RECIPIENTS holds no usable recipients"
  printf 'backup 1 %s %s\n' "$SOURCE" "$id" >"$work/manifest"
}

# arrived KEY BYTES SUM SINCE: the object is as large as what was sent, reads back the same, and the store's clock
# agrees with ours (SINCE: SECONDS when the upload began)
arrived() {
  local size modified minutes
  s3api head-object --bucket "$BUCKET" --key "$1" --query '[ContentLength,LastModified]' --output text >"$work/head" || die "$1: the object is not there"
  read -r size modified <"$work/head"
  [ "$size" = "$2" ] || die "$1: the object's size is not what was sent"
  [ "$(s3 cp "s3://$BUCKET/$1" - --only-show-errors | sha256)" = "$3" ] || die "$1: what was stored reads back differently"
  case $modified in
    [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*)
      minutes=$(age_minutes "$(printf '%s' "$modified" | tr -d ':-')")
      [ "$minutes" -ge -10 ] && [ "$minutes" -le $(((SECONDS - $4) / 60 + 10)) ] || die "the clocks of this machine and of the store are $minutes minutes apart"
      ;;
  esac
}

# put PART COMMAND...: what COMMAND prints, encrypted, as one object of this backup. verify_PART, where there is such a
# function, reads the same stream and has to find it whole.
put() {
  local part=$1 key="$BASE/data/$id.$1.age" sum fifo uploader verifier='' since=$SECONDS readers=() streams=()
  shift
  for fifo in plain verify sum bytes upload; do
    rm -f "$work/$fifo"
    mkfifo "$work/$fifo"
  done
  s3 cp - "s3://$BUCKET/$key" \${EXPECTED_BYTES:+--expected-size "$EXPECTED_BYTES"} --only-show-errors <"$work/upload" >&2 &
  uploader=$!
  sha256 <"$work/sum" >"$work/sum.is" &
  readers+=($!)
  wc -c <"$work/bytes" >"$work/bytes.is" &
  readers+=($!)
  wc -c <"$work/plain" >"$work/plain.is" &
  readers+=($!)
  if declare -F "verify_$part" >/dev/null; then
    "verify_$part" <"$work/verify" >/dev/null &
    verifier=$!
    streams=("$work/verify")
  fi
  # Descriptor 3 keeps the upload's stream open until every stage has exited with 0.
  exec 3>"$work/upload"
  "$@" 3>&- | tee "$work/plain" \${streams[@]+"\${streams[@]}"} 3>&- | age --encrypt --recipients-file "$RECIPIENTS" 3>&- | tee "$work/sum" "$work/bytes" >&3 3>&-
  for fifo in "\${readers[@]}"; do wait "$fifo"; done
  [ "$(number_of "$work/plain.is")" -gt 0 ] || die "$part: the dump is empty"
  [ -z "$verifier" ] || wait "$verifier" || die "$part: the dump is not whole"
  exec 3>&-
  wait "$uploader"
  sum=$(cat "$work/sum.is")
  arrived "$key" "$(number_of "$work/bytes.is")" "$sum" "$since"
  printf 'part %s %s %s %s %s\n' "$part" "$key" "$(number_of "$work/bytes.is")" "$sum" "$(number_of "$work/plain.is")" >>"$work/manifest"
}

commit() {
  printf 'end %s\n' "$(grep -c '^part ' "$work/manifest")" >>"$work/manifest"
  s3api put-object --bucket "$BUCKET" --key "$BASE/manifests/$id" --body "$work/manifest" >/dev/null
  s3 cp "s3://$BUCKET/$BASE/manifests/$id" - --only-show-errors | cmp -s - "$work/manifest" || die "the manifest reads back differently"
}

# keys PREFIX: what follows the prefix in the keys under it
keys() {
  s3api list-objects-v2 --bucket "$BUCKET" --prefix "$1" --query 'Contents[].[Key]' --output text |
    awk -v prefix="$1" 'index($0, prefix) == 1 { print substr($0, length(prefix) + 1) }'
}

# committed: ids of all committed backups, oldest first
committed() { keys "$BASE/manifests/" | sed -n '/^[0-9]\{8\}T[0-9]\{6\}Z-[0-9][0-9]*$/p' | sort; }

# manifest ID: fetches it, and checks that it is whole and this source's own
manifest() {
  s3 cp "s3://$BUCKET/$BASE/manifests/$1" "$work/manifest" --only-show-errors
  [ "$(head -n 1 "$work/manifest")" = "backup 1 $SOURCE $1" ] || die "$1: the manifest is not that of this backup"
  [ "$(tail -n 1 "$work/manifest")" = "end $(grep -c '^part ' "$work/manifest")" ] || die "$1: the manifest is cut off"
  ! awk '$1 == "part" { print $3 }' "$work/manifest" | grep -Fv "$BASE/data/$1." || die "$1: the manifest names foreign objects"
}

# stored ID: every part is there with its size; only a drill reads them
stored() {
  local key bytes
  manifest "$1"
  awk '$1 == "part" { print $3, $4 }' "$work/manifest" >"$work/parts"
  while read -r key bytes; do
    [ "$(s3api head-object --bucket "$BUCKET" --key "$key" --query ContentLength --output text)" = "$bytes" ] || die "$1 is damaged: $key"
  done <"$work/parts"
}

readable() {
  need aws age
  [ -s "\${AGE_IDENTITY:-}" ] || die "AGE_IDENTITY has to name the file with the age secret key"
}
select_backup() { manifest "$id"; }
has_part() { grep -q "^part $1 " "$work/manifest"; }

# room KILOBYTES FOLDER
room() {
  local free
  free=$(df -Pk "$2" | awk 'NR == 2 { print $4 }')
  [ "$1" -lt "$free" ] || die "$2 has $free kB free, and $1 are needed"
}

# download PART FILE: downloads, compares with the manifest, decrypts into FILE; nothing is used before all of it is whole
download() {
  local key bytes sum plain
  awk -v part="$1" '$1 == "part" && $2 == part { print $3, $4, $5, $6 }' "$work/manifest" >"$work/part"
  read -r key bytes sum plain <"$work/part" || die "the backup has no part $1"
  room $(((bytes + plain) / 1024)) "$work"
  s3 cp "s3://$BUCKET/$key" "$work/fetched" --only-show-errors
  [ "$(sha256 <"$work/fetched")" = "$sum" ] || die "$1: the object is not what was stored (checksum)"
  age --decrypt --identity "$AGE_IDENTITY" --output "$2" "$work/fetched" || die "$1: cannot be decrypted"
  rm -f "$work/fetched"
  [ "$(($(wc -c <"$2")))" = "$plain" ] || die "$1: the decrypted size is wrong"
}

# forget ID. The manifest goes first: from then on nobody takes the rest for a backup.
forget() {
  local key
  manifest "$1"
  s3api delete-object --bucket "$BUCKET" --key "$BASE/manifests/$1" >/dev/null
  awk '$1 == "part" { print $3 }' "$work/manifest" >"$work/parts"
  while read -r key; do s3api delete-object --bucket "$BUCKET" --key "$key" >/dev/null; done <"$work/parts"
}

# leftovers: parts of runs that failed after an upload, once they are two days old
leftovers() {
  local name
  keys "$BASE/data/" | sort >"$work/parts"
  while read -r name; do
    grep -q "^\${name%%.*}$" "$work/ids" || [ "$(age_minutes "$name")" -lt 2880 ] ||
      s3api delete-object --bucket "$BUCKET" --key "$BASE/data/$name" >/dev/null
  done <"$work/parts"
}
`;
