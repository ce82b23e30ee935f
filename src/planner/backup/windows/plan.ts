import type { PlanStep } from '../bucket.ts';
import { bucketSteps } from '../bucket.ts';
import { maxAge, needsKey, type Planned, WINDOWS } from '../planned.ts';
import type { Scenario } from '../restores.ts';
import type { Retention } from '../retention.ts';
import type { File } from '../schedule.ts';
import { line, type Quote, render, type Script, sh } from '../script.ts';
import { identity } from '../steps.ts';
import type { Store } from '../store.ts';
import type { Job, Units } from '../units.ts';
import { windowsEngines } from './engines.ts';
import { library } from './library.ts';
import { task } from './tasks.ts';

export const windowsScript = (slug: string): string => `${WINDOWS}\\${slug}.ps1`;

/** PowerShell takes CR LF and LF; LF keeps the answer the same everywhere. */
const text = (script: Script, quote: Quote): string => `${render(script, quote).trim()}\n`;

/** Everything that runs on a Windows machine. `quote` gives a PowerShell literal. */
export function windowsFiles(planned: readonly Planned[], store: Store, retention: Retention, pingEnv: string, quote: Quote): File[] {
  if (planned.length === 0) return [];
  return [
    { path: `${WINDOWS}\\lib.ps1`, mode: 'administrators', purpose: 'shared by all scripts', text: text(library, quote) },
    ...planned.map(
      (one): File => ({
        path: one.script,
        mode: 'administrators',
        purpose: 'backup, list, check, restore, drill, prune',
        text: text(script(one, store, retention, pingEnv), quote),
      }),
    ),
  ];
}

const list = (items: readonly string[]): Script => items.flatMap((value, i) => [...(i === 0 ? [] : [{ code: ', ' }]), { value }]);

function script(one: Planned, store: Store, keep: Retention, pingEnv: string): Script {
  const place = [
    ...(store.region === undefined ? [] : ['--region', store.region]),
    ...(store.endpoint === undefined ? [] : ['--endpoint-url', store.endpoint]),
  ];
  const functions = windowsEngines[one.source.engine]?.(one.source).functions ?? [];
  return sh`#Requires -Version 7.3
param(
  [Parameter(Mandatory)] [ValidateSet('init', 'backup', 'list', 'check', 'restore', 'drill', 'prune')] [string] $Verb,
  [string] $From = '',
  [string] $Into = '',
  [switch] $Roles,
  [switch] $Delete
)
$Source = ${one.source.slug}
$Bucket = ${store.bucket}
$Base = ${one.base}
$Place = @(${list(place)})
${line(
  store.plainChecksums &&
    sh`$env:AWS_REQUEST_CHECKSUM_CALCULATION = 'when_required'
$env:AWS_RESPONSE_CHECKSUM_VALIDATION = 'when_required'`,
)}${line(one.repository !== undefined && sh`$Repository = ${one.repository}`)}$PingUrlEnv = ${pingEnv}
$MaxAgeMinutes = ${{ code: String(maxAge(one)) }}
$Keep = @(${{ code: [keep.daily, keep.weekly, keep.monthly, keep.yearly].join(', ') }})
$KeepLast = ${{ code: String(one.keepLast) }}
. (Join-Path $PSScriptRoot 'lib.ps1')

${functions}

Start-Task $Verb`;
}

/** Tasks, registered by name; drills on the machine that holds a secret key. */
export function tasks(jobs: readonly Job[]): Units {
  const register = (job: Job): string =>
    `Register-ScheduledTask -TaskName 'backups ${job.one.source.slug} ${job.task}' -Xml (Get-Content -Raw -LiteralPath '${job.one.script.replace(/\.ps1$/, `-${job.task}.xml`)}')`;
  const of = (drills: boolean): string[] => jobs.filter((job) => (job.task === 'drill') === drills).map(register);
  return { files: jobs.map((job) => task(job, job.one.limitSeconds)), enable: of(false), enableDrills: of(true) };
}

export function windowsSteps(planned: readonly Planned[], store: Store, recipients: number, units: Units, quote: Quote): PlanStep[] {
  const each = (id: string, verb: string, title: (slug: string) => string, effects: string, destructive = false): PlanStep[] =>
    planned.map((one) => ({
      id: `${id}.${one.source.slug}`,
      title: title(one.source.slug),
      command: `pwsh -NoProfile -File '${one.script}' ${verb}`,
      effects,
      ...(destructive ? { destructive: true as const } : {}),
    }));
  const start = (id: string, title: string, commands: readonly string[]): PlanStep[] =>
    commands.map((command, i) => ({ id: `${id}${i === 0 ? '' : `-${i + 1}`}`, title, command, effects: 'runs from now on' }));
  return [
    ...(recipients === 0 && planned.some(needsKey)
      ? [
          {
            id: 'keys',
            title: `Make two age keys on a machine that is not backed up, keep the second sealed with another holder, and put both public keys (age1...) into ${WINDOWS}\\recipients, a line each`,
            command: 'age-keygen -o backup-1.key && age-keygen -o backup-2.key',
            effects: 'creates secret keys: without one of them nothing can be restored',
          },
        ]
      : []),
    ...(store.repository === undefined ? bucketSteps(store, quote) : []),
    ...(store.provider === 's3' ? [identity(`${WINDOWS}\\`)] : []),
    {
      id: 'folders',
      title: `A folder that SYSTEM and administrators alone can read; then write the files to their paths, and the variables into ${WINDOWS}\\env (NAME=value, a line each)`,
      command: `New-Item -ItemType Directory -Force -Path '${WINDOWS}\\state' | Out-Null && icacls '${WINDOWS}' /inheritance:r /grant '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F'`,
      effects: 'creates folders',
    },
    ...each('init', 'init', (slug) => `Prepare the repository of ${slug}`, 'creates a restic repository').filter(
      (_, i) => planned[i]?.repository !== undefined,
    ),
    ...each('backup', 'backup', (slug) => `First backup of ${slug}`, 'reads the data, writes objects; billed'),
    ...each(
      'drill',
      'drill',
      (slug) => `First drill of ${slug}; with AGE_IDENTITY set, best on another machine`,
      'restores into a throwaway place',
    ),
    ...start('enable', 'Start the schedule, once the drill has passed', units.enable),
    ...start('drills', 'Start the drills, on a machine that holds a secret key', units.enableDrills),
    ...each(
      'prune',
      'prune -Delete',
      (slug) => `Now and then, as an identity that may delete: prune ${slug}`,
      'deletes backups outside the retention for good',
      true,
    ),
  ];
}

export function windowsScenarios(planned: readonly Planned[], store: Store): Scenario[] {
  return [
    ...planned.map(
      ({ source, script }): Scenario => ({
        scenario: `${source.slug}: beside the live data, or anywhere else with -Into`,
        commands: [`pwsh -NoProfile -File '${script}' list`, `pwsh -NoProfile -File '${script}' restore`],
      }),
    ),
    {
      scenario: 'the machine is lost',
      commands: [
        `# another machine, with the tools, the same files, ${WINDOWS}\\env with new keys, and a secret age key from its holder in AGE_IDENTITY`,
        ...planned.map(({ script }) => `pwsh -NoProfile -File '${script}' restore`),
      ],
    },
    {
      scenario: "the data's account is lost or locked",
      commands: [`# only what is in ${store.repository ?? store.bucket} is left, and only if that is another account`],
    },
    {
      scenario: "the key's first holder is gone",
      commands: [
        '# unseal the second key, set AGE_IDENTITY to it, and try it at once',
        ...planned.slice(0, 1).map(({ script }) => `pwsh -NoProfile -File '${script}' drill`),
        `# make a third key for a new holder, and replace the lost one in ${WINDOWS}\\recipients`,
        'age-keygen -o backup-3.key',
      ],
    },
  ];
}
