import { archiveScript } from './engines/postgresql_log.ts';
import { type Library, libraries } from './lib/index.ts';
import { LOG_DAYS, maxAge, type Planned, UNIX } from './planned.ts';
import type { Retention } from './retention.ts';
import type { File } from './schedule.ts';
import { line, type Quote, render, type Script, sh, words } from './script.ts';
import type { Store } from './store.ts';

/** Above this the upload needs to know its size: an S3 object has 10,000 parts at most. */
const EXPECTED_FROM_GB = 25;

const used = (one: Planned): Library[] => [
  'lib.sh',
  one.repository === undefined ? 'bucket.sh' : 'restic.sh',
  ...(one.engine.logs === undefined ? [] : (['log.sh'] as const)),
];

const PURPOSE: Readonly<Record<Library, string>> = {
  'lib.sh': 'shared by all scripts',
  'bucket.sh': 'shared: backups in a bucket',
  'restic.sh': 'shared: backups in a restic repository',
  'log.sh': 'shared: the log between backups',
};

/** Everything that runs on the machine. */
export function scriptFiles(planned: readonly Planned[], store: Store, retention: Retention, pingEnv: string, quote: Quote): File[] {
  const needed = new Set(planned.flatMap(used));
  return [
    ...(Object.keys(libraries) as Library[])
      .filter((name) => needed.has(name))
      .map((name): File => ({ path: `${UNIX.scripts}/${name}`, mode: '0644', purpose: PURPOSE[name], text: text(libraries[name], quote) })),
    ...planned.flatMap((one): File[] => [
      {
        path: one.script,
        mode: '0755',
        purpose: `${one.engine.logs === undefined ? 'backup' : 'backup, log'}, list, check, restore, drill, prune`,
        text: text(script(one, store, retention, pingEnv), quote),
      },
      ...(one.engine.logs?.archive
        ? [
            {
              path: `${UNIX.scripts}/${one.source.slug}-archive.sh`,
              mode: '0755',
              purpose: 'archive_command of the server',
              text: text(archiveScript(one.source.slug), quote),
            },
          ]
        : []),
    ]),
  ];
}

const text = (script: Script, quote: Quote): string => `${render(script, quote).trim()}\n`;

/** A source's own script: its settings, and what its engine adds to the libraries. */
function script(one: Planned, store: Store, keep: Retention, pingEnv: string): Script {
  const { source, engine } = one;
  const gb = source.compressedGb ?? (source.sizeGb ?? 0) / 2;
  const place = [
    ...(store.region === undefined ? [] : ['--region', store.region]),
    ...(store.endpoint === undefined ? [] : ['--endpoint-url', store.endpoint]),
  ];
  const bucket = store.repository === undefined;
  return sh`#!/usr/bin/env bash
# shellcheck disable=SC2015,SC2016,SC2034,SC2154,SC2317,SC2329 # the files beside this one read and call what stands here
set -euo pipefail
SOURCE=${source.slug}
${line(bucket && sh`BUCKET=${store.bucket}`)}${line(bucket && sh`BASE=${one.base}`)}${line(bucket && sh`PLACE=(${words(...place)})`)}${line(
  store.plainChecksums && sh`export AWS_REQUEST_CHECKSUM_CALCULATION=when_required AWS_RESPONSE_CHECKSUM_VALIDATION=when_required`,
)}${line(one.repository !== undefined && sh`REPOSITORY=${one.repository}`)}PING_URL_ENV=${pingEnv}
LIMIT_SECONDS=${one.limitSeconds}
MAX_AGE_MINUTES=${maxAge(one)}
KEEP=${`${keep.daily} ${keep.weekly} ${keep.monthly} ${keep.yearly}`}
KEEP_LAST=${one.keepLast}
${line(engine.logs !== undefined && sh`LOG_DAYS=${LOG_DAYS}`)}EXPECTED_BYTES=${gb >= EXPECTED_FROM_GB ? Math.ceil(gb * 2) * 1_000_000_000 : ''}
HERE=$(cd "$(dirname "$0")" && pwd)
for part in ${words(...used(one))}; do
  # shellcheck source=/dev/null
  . "$HERE/$part"
done

${engine.functions}

main "$@"`;
}
