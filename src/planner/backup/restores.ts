import { needsKey, type Planned, UNIX } from './planned.ts';
import type { Quote } from './script.ts';
import { runWithKey } from './steps.ts';
import type { Store } from './store.ts';

export type Scenario = {
  readonly scenario: string;
  readonly commands: readonly string[];
};

/** How each source comes back, and what to do when more than data is lost. */
export function scenarios(planned: readonly Planned[], store: Store, quote: Quote): Scenario[] {
  return [...planned.flatMap((one) => ofSource(one, quote)), ...losses(planned, store, quote)];
}

function ofSource(one: Planned, quote: Quote): Scenario[] {
  const { source, engine } = one;
  const { slug } = source;
  const live = quote(engine.live ?? source.path ?? source.name);
  const restore = runWithKey(one, 'restore');
  const asked = (commands: readonly string[], names: readonly string[]): string[] => {
    const used = names.filter(
      (name) =>
        commands.some((command) => command.includes(`\${${name}:?}`)) && !commands.some((command) => command.startsWith(`${name}=`)),
    );
    return used.length === 0 ? [] : [used.map((name) => (name === 'LIVE' ? `LIVE=${live}` : `${name}=`)).join(' ')];
  };
  // Where accounts come back with the data: whole servers bring theirs, and mysqldump has none.
  const named = engine.dataset === 'database' ? ` --into ${live}${source.engine === 'mysql' ? '' : ' --roles'}` : '';
  return [
    {
      scenario: `${slug}: same place`,
      commands: [
        `sudo ${one.script} list`,
        `${restore}   # beside the live data; it prints where`,
        ...asked(engine.swap, ['LIVE', 'RESTORED']),
        ...engine.swap,
        ...(engine.after ?? []),
        ...(engine.logs === undefined ? [] : [`sudo ${one.script} backup`]),
      ],
    },
    ...(engine.logs === undefined
      ? []
      : [{ scenario: `${slug}: a point in time (UTC)`, commands: [`${restore} --at '2026-01-31 14:05:00'`, '# then as above'] }]),
    { scenario: `${slug}: another place`, commands: [`${restore}${named}`] },
    ...(engine.one.length > 0
      ? [
          {
            scenario: `${slug}: one table`,
            commands: [restore, ...asked(engine.one, ['LIVE', 'RESTORED', 'DATABASE', 'TABLE']), ...engine.one],
          },
        ]
      : []),
  ];
}

function losses(planned: readonly Planned[], store: Store, quote: Quote): Scenario[] {
  const first = planned[0];
  if (first === undefined) return [];
  const keyed = planned.some(needsKey);
  return [
    {
      scenario: 'the machine is lost',
      commands: [
        `# new machine: the tools, these same files (keep this answer outside the machine), ${UNIX.config}/env with new keys of the ${store.repository === undefined ? 'bucket' : 'repository'}`,
        ...(keyed ? ['# fetch a secret age key from its holder: AGE_IDENTITY=/root/backup-1.key'] : []),
        ...planned.map((one) => runWithKey(one, 'restore')),
        "# take the old machine's keys back",
      ],
    },
    {
      scenario: "the data's account is lost or locked",
      commands: [
        `# only what is in ${store.repository ?? store.bucket} is left, and only if that is another account: no snapshot, no provider's restore`,
        '# make the stack anew in a new account, then as after the loss of the machine',
      ],
    },
    keyed
      ? {
          scenario: "the key's first holder is gone",
          commands: [
            '# unseal the second key and try it at once: AGE_IDENTITY=/root/backup-2.key',
            `sudo AGE_IDENTITY="\${AGE_IDENTITY:?}" ${planned.find(needsKey)?.script} drill`,
            `# make a third key for a new holder, and replace the lost one in ${UNIX.config}/recipients; older backups open with the second alone`,
            'age-keygen -o backup-3.key',
          ],
        }
      : {
          scenario: "the password's first holder is gone",
          commands: [
            '# the second holder reads the password out, tries it, and gives the repository a new one',
            `sudo ${first.script} drill`,
            `sudo restic --repo ${quote(first.repository ?? '')} --password-file ${UNIX.config}/restic-password key passwd`,
          ],
        },
  ];
}
