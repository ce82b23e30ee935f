import { bucketSteps, type PlanStep } from './bucket.ts';
import { needsKey, type Planned, UNIX } from './planned.ts';
import type { Quote } from './script.ts';
import type { Store } from './store.ts';
import type { Units } from './units.ts';

const AGE = 'AGE_IDENTITY="${AGE_IDENTITY:?}" ';
const run = (one: Planned, verb: string): string => `sudo ${one.script} ${verb}`;
export const runWithKey = (one: Planned, verb: string): string => `sudo ${needsKey(one) ? AGE : ''}${one.script} ${verb}`;

/** What is done once, by hand, in order. */
export function oneTime(planned: readonly Planned[], store: Store, recipients: number, timers: Units, quote: Quote): PlanStep[] {
  const each = (id: string, make: (one: Planned) => Omit<PlanStep, 'id'>, of: readonly Planned[] = planned): PlanStep[] =>
    of.map((one) => ({ id: `${id}.${one.source.slug}`, ...make(one) }));
  return [
    ...(recipients === 0 && planned.some(needsKey) ? [keys] : []),
    ...(store.repository === undefined ? bucketSteps(store, quote) : []),
    ...(store.provider === 's3' ? [identity(`${UNIX.config}/`)] : []),
    ...(store.provider === 'storagebox' ? [storageBox(store, quote)] : []),
    {
      id: 'folders',
      title: `Folders; then write the files to their paths, with their modes, and the variables into ${UNIX.config}/env (NAME=value, a line each)`,
      command: [
        `sudo install -d -m 0755 ${UNIX.scripts} && sudo install -d -m 0700 ${UNIX.config} ${UNIX.state}`,
        ...planned.flatMap(({ source, engine }) =>
          engine.logs?.spool === undefined
            ? []
            : [
                `sudo install -d -m 0755 /var/spool/backups && sudo install -d -m 0700 -o ${engine.logs.spool} -g ${engine.logs.spool} /var/spool/backups/${source.slug}`,
              ],
        ),
        `sudo touch ${UNIX.config}/env && sudo chmod 0600 ${UNIX.config}/env`,
      ].join(' && '),
      effects: 'creates folders and an empty file',
    },
    ...each(
      'init',
      (one) => ({
        title: `Prepare the repository of ${one.source.slug}`,
        command: run(one, 'init'),
        effects: `creates a restic repository in ${store.repository ?? 'the bucket'}`,
      }),
      planned.filter(
        ({ repository }, i) => repository !== undefined && planned.findIndex((other) => other.repository === repository) === i,
      ),
    ),
    ...planned.flatMap((one) => (one.engine.logs === undefined ? [] : serverSteps(one, quote))),
    ...each(
      'pitr',
      providersRestore,
      planned.filter(({ source }) => source.managed !== undefined),
    ),
    ...each('backup', (one) => ({
      title: `First backup of ${one.source.slug}`,
      command: run(one, 'backup'),
      effects: 'reads the data, writes objects; billed',
    })),
    ...each(
      'log',
      (one) => ({
        title: `First sending of the log of ${one.source.slug}`,
        command: run(one, 'log'),
        effects: 'reads the log, writes objects',
      }),
      planned.filter(({ engine }) => engine.logs !== undefined),
    ),
    ...each('drill', (one) => ({
      title: `First drill of ${one.source.slug}${needsKey(one) ? '; best on another machine, since it needs a secret key' : ''}`,
      command: runWithKey(one, 'drill'),
      effects: 'restores into a throwaway place, which it removes again; egress is billed',
    })),
    ...timers.enable.map((command, i) => ({
      id: `enable${i === 0 ? '' : `-${i + 1}`}`,
      title: 'Start the schedule, once the drill has passed',
      command,
      effects: 'backups run from now on',
    })),
    ...timers.enableDrills.map((command, i) => ({
      id: `drills${i === 0 ? '' : `-${i + 1}`}`,
      title: `Start the drills${planned.some(needsKey) ? ', on a machine that holds a secret key (AGE_IDENTITY in its env file) and the same scripts' : ''}`,
      command,
      effects: 'restores run from now on; egress is billed',
    })),
    ...each('prune', (one) => ({
      title: `Now and then, as an identity that may delete: prune ${one.source.slug} (without --delete it only lists)`,
      command: run(one, 'prune --delete'),
      effects: 'deletes backups outside the retention for good',
      destructive: true as const,
    })),
  ];
}

const keys: PlanStep = {
  id: 'keys',
  title: `Make two age keys on a machine that is not backed up, keep the second sealed with another holder, and put both public keys (age1...) into ${UNIX.config}/recipients, a line each`,
  command: 'age-keygen -o backup-1.key && age-keygen -o backup-2.key',
  effects: 'creates secret keys: without one of them nothing can be restored',
};

export const identity = (config: string): PlanStep => ({
  id: 'identity',
  title: `The machine's own identity; then make its access key in your own shell (aws iam create-access-key prints a secret) and write it into ${config}env`,
  command:
    'aws iam create-user --user-name backup-writer && aws iam put-user-policy --user-name backup-writer --policy-name backup --policy-document file://backup-policy.json',
  effects: 'creates a user that can write and read the backups, not delete them',
});

/** A Storage Box takes SSH keys on port 23; restic starts ssh as the user that it runs as. */
function storageBox(store: Store, quote: Quote): PlanStep {
  const [, login = '', host = '', port = '22'] = /^sftp:\/\/([^@]+)@([^:/]+)(?::(\d+))?\//.exec(store.repository ?? '') ?? [];
  return {
    id: 'storagebox',
    title: "Give root a key for the Storage Box (it asks for the box's password once), and look at the host key's fingerprint",
    command: `sudo ssh-keygen -t ed25519 -N '' -f /root/.ssh/id_ed25519 && sudo cat /root/.ssh/id_ed25519.pub | ssh -p ${port} ${quote(`${login}@${host}`)} install-ssh-key && sudo sftp -P ${port} ${quote(`${login}@${host}`)} </dev/null`,
    effects: 'creates a key of root (skip it where there is one), and lets it into the box',
  };
}

function serverSteps({ source, engine }: Planned, quote: Quote): PlanStep[] {
  const settings = engine.logs?.server ?? [];
  const sql = source.engine === 'postgresql';
  return [
    {
      id: `server.${source.slug}`,
      title: sql
        ? `Have the server archive its log (a restart interrupts it)`
        : `Have the server write a log: ${settings.join('; ')} (a restart interrupts it)`,
      command: sql
        ? `printf '%s;\\n' ${settings.map(quote).join(' ')} | sudo -u postgres psql --no-psqlrc --set ON_ERROR_STOP=1 --dbname=postgres && sudo systemctl restart postgresql`
        : 'sudo systemctl restart mariadb',
      effects: 'changes the server, and interrupts it for seconds',
      destructive: true,
    },
  ];
}

function providersRestore({ source }: Planned): Omit<PlanStep, 'id'> {
  return {
    title: `Ask how far back and how recent the provider's point-in-time restore of ${source.slug} is`,
    command:
      source.managed === 'digitalocean'
        ? 'doctl databases backups "${DATABASE_ID:?}"'
        : `aws rds describe-db-instances --db-instance-identifier "\${DATABASE_ID:?}" --query 'DBInstances[0].[BackupRetentionPeriod,LatestRestorableTime]'`,
    effects: 'reads',
  };
}
