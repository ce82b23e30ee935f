import { sh } from '../script.ts';
import type { MakeEngine } from './engine.ts';

export const sqlite: MakeEngine = ({ path = '' }) => ({
  method: 'VACUUM INTO a copy, integrity_check',
  why: 'one consistent moment beside a live writer',
  rejected: [
    'cp: loses rows of a live writer, and the copy still passes the integrity check',
    'Litestream: for a loss below a minute, with a drill',
  ],
  row: /database/i,
  functions: sh`FILE=${path}
lite() { sqlite3 -batch -bail -init /dev/null "$@" 2>>"$work/sqlite.err"; }
whole() { [ "$(lite "$1" 'PRAGMA integrity_check')" = ok ]; }

copy() {
  # sqlite3 would create a missing file, and that would be the backup.
  [ -f "$FILE" ] || die "$FILE does not exist"
  cd "$work"
  lite -cmd '.timeout 60000' "$FILE" "VACUUM INTO 'copy.db'" || die "VACUUM INTO failed: $(tail -n 1 "$work/sqlite.err")"
  whole copy.db || die "the copy does not pass integrity_check"
  cat copy.db
  rm -f copy.db
}

produce() {
  need sqlite3
  put db copy
}
beside() { printf '%s.restored-%s\n' "$FILE" "$1"; }
throwaway() { printf '%s/drill.db\n' "$work"; }

load() {
  need sqlite3
  [ ! -e "$into" ] || die "$into exists"
  download db "$work/loaded"
  whole "$work/loaded" || die "the database does not pass integrity_check"
  cp "$work/loaded" "$into.part"
  mv "$into.part" "$into"
}

inspect() { say "came back: $(lite "$into" "SELECT count(*) || ' tables' FROM sqlite_master WHERE type = 'table'"), $(($(wc -c <"$into"))) bytes"; }
discard() { :; }`,
  tools: [{ program: 'sqlite3', apt: 'sqlite3', brew: 'sqlite' }],
  gaps: [
    'rowids of tables without an INTEGER PRIMARY KEY may change (VACUUM); journal_mode is set anew by the application',
    'files beside the database, such as uploads: add them as a source',
    "the file's owner and mode: set them after a restore",
  ],
  env: [],
  swap: [
    '# stop the application first; a leftover -wal file would be replayed into the restored one',
    'mv "${LIVE:?}" "${LIVE:?}.old"',
    'rm -f "${LIVE:?}-wal" "${LIVE:?}-shm"',
    'mv "${RESTORED:?}" "${LIVE:?}"',
  ],
  one: [],
});
