import { sh } from '../script.ts';
import type { MakeEngine } from './engine.ts';

export const git: MakeEngine = ({ path = '' }) => ({
  method: 'git push at every change, git bundle of all refs into the bucket daily',
  why: 'the remote has every pushed change; the bundle outlives the account of the remote',
  rejected: ['copying the working folder: half-written files, no history'],
  row: /config/i,
  functions: sh`REPO=${path}
repo() { git -c safe.directory="$REPO" -C "$REPO" "$@"; }
produce() {
  local shallow
  shallow=$(repo rev-parse --is-shallow-repository) || die "$REPO is no repository"
  [ "$shallow" = false ] || die "$REPO is a shallow clone: a bundle of it cannot be cloned; git fetch --unshallow first"
  put bundle repo bundle create - --all
}
beside() { printf '%s.restored-%s\n' "$REPO" "$1"; }
throwaway() { printf '%s/drill\n' "$work"; }

load() {
  [ ! -e "$into" ] || die "$into exists"
  download bundle "$work/bundle"
  git clone --quiet --mirror "$work/bundle" "$work/clone" || die "the bundle is not whole"
  git -C "$work/clone" fsck --full >/dev/null || die "the repository is damaged"
  mv "$work/clone" "$into"
}

inspect() { say "came back: $(git -C "$into" rev-list --all --count) commits"; }
discard() { :; }`,
  tools: [{ program: 'git', apt: 'git', brew: 'git' }],
  gaps: ['what is not committed, what .gitignore leaves out, submodules, Git LFS objects, hooks'],
  env: [],
  swap: ['git clone "${RESTORED:?}" "${LIVE:?}.new"'],
  one: [],
});
