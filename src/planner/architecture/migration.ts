/** From what runs today to what is recommended, step by step, each with how long it is down. */
import { showMinutes } from '../backup/time.ts';
import type { Load } from './load.ts';
import type { Needs, Option, Stage } from './needs.ts';

export interface Move {
  readonly step: string;
  /** Minutes in which users are without it. */
  readonly downMinutes: number;
  readonly working?: string;
}

type Origin = 'nothing' | 'machine' | 'platform' | 'kubernetes' | 'serverless' | 'managed' | 'other';

const ORIGINS: readonly (readonly [Origin, RegExp])[] = [
  ['nothing', /^\s*(?:nothing|none|no|new|greenfield|from scratch|idea|prototype)\b/i],
  ['kubernetes', /kubernetes|\bk8s\b|\beks\b|\bgke\b|\bdoks\b/i],
  ['serverless', /lambda|serverless|cloud functions|workers\.dev|vercel|netlify/i],
  ['platform', /heroku|render\.com|fly\.io|railway|\bpaas\b|app platform|beanstalk|shared hosting|cpanel/i],
  ['managed', /\brds\b|managed (?:database|postgres)|aurora|cloud sql|load.?balancer|\bha\b/i],
  ['machine', /\b(?:vps|server|droplet|machine|ec2|vm|docker|compose|laptop|raspberry|bare.?metal|dedicated|hetzner|box)\b/i],
];

/** A dump written, sent and read back, GB a minute: what a single stream of pg_dump into pg_restore does on common disks. */
const DUMP_GB_PER_MINUTE = 1;
/** From here on a dump keeps users out for too long, and the new database follows the old one until they are switched. */
const LONG_MINUTES = 30;
const SWITCH_MINUTES = 5;

/** The steps; none where nothing runs yet or nothing was said. */
export function migration(
  needs: Needs,
  stage: Stage,
  load: Load,
  best: Option | undefined,
): { readonly from: string; readonly moves: readonly Move[] } | undefined {
  if (needs.existing === undefined || best === undefined) return undefined;
  const from = ORIGINS.find(([, words]) => words.test(needs.existing as string))?.[0] ?? 'other';
  if (from === 'nothing')
    return {
      from,
      moves: [
        { step: 'nothing runs yet: create the stack, deploy, restore a backup once for practice, point the name at it', downMinutes: 0 },
      ],
    };
  const target = best.stack.resources;
  const has = (kind: string): boolean => target.some((one) => one.kind === kind);
  const own = stage !== 'MVP' && !has('database');
  const dump = Math.ceil(load.dataGb / DUMP_GB_PER_MINUTE);
  const follows = dump > LONG_MINUTES;
  const moves: Move[] = [
    {
      step: `a day before: lower the TTL of the DNS records to 60 s; take a backup and restore it elsewhere (plan_backups): it is the way back`,
      downMinutes: 0,
    },
    { step: `create the ${stage} stack beside what runs (generate_provision_command); nothing that runs is touched`, downMinutes: 0 },
  ];
  if (from === 'platform' || from === 'serverless')
    moves.push({
      step: `put the application into an image (\`docker\` skill)${from === 'serverless' ? ': functions become routes of one process, schedules become cron' : ''}; deploy it to the new servers against an empty database`,
      downMinutes: 0,
    });
  if (from === 'kubernetes')
    moves.push({
      step: 'take the images from the cluster’s registry; Deployments become Compose services, Ingress becomes the load balancer, Secrets become environment variables',
      downMinutes: 0,
    });
  if (load.kind.id === 'static') {
    moves.push({ step: 'copy the files into the bucket, compare the numbers of files, point the name at the CDN', downMinutes: 0 });
    return { from, moves };
  }
  if (stage !== 'MVP')
    moves.push({
      step: 'move files that users upload into the bucket and sessions into the database or a cache: servers must be alike before there are two',
      downMinutes: 0,
    });
  moves.push(
    follows
      ? {
          step: `let the new database${own ? ' server' : ''} follow the old one (logical replication), compare row counts, then stop writes, wait for the lag to be 0, switch`,
          downMinutes: SWITCH_MINUTES,
          working: `a dump of ${load.dataGb} GB would take ${showMinutes(dump)} (${DUMP_GB_PER_MINUTE} GB/min)`,
        }
      : {
          step: 'stop writes, `pg_dump` the old database into the new one, compare row counts, switch',
          downMinutes: dump + SWITCH_MINUTES,
          working: `${load.dataGb} GB at ${DUMP_GB_PER_MINUTE} GB/min + ${SWITCH_MINUTES} min to check`,
        },
  );
  if (has('load_balancer'))
    moves.push({ step: 'point the DNS name at the load balancer; take one server out and see that nobody notices', downMinutes: 0 });
  else
    moves.push({
      step: 'point the DNS name at the new address',
      downMinutes: 0,
      working: 'old address and new answer for the 60 s of the TTL; the old one passes requests on or shows a notice',
    });
  if (stage === 'Scale')
    moves.push({
      step: 'let the second region’s replica follow, send it a share of the reads, then rehearse the loss of the first',
      downMinutes: 0,
    });
  moves.push({ step: `keep the old one stopped, not deleted, for two weeks; then remove it after a last backup`, downMinutes: 0 });
  return { from, moves };
}
