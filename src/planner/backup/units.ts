import type { Planned } from './planned.ts';
import { calendar, cronFields, type File, type Scheduler, type Times } from './schedule.ts';

export type Task = 'backup' | 'log' | 'drill';

/** One thing that a scheduler starts. */
export interface Job {
  readonly one: Planned;
  readonly task: Task;
  readonly when: Times;
}

export interface Units {
  readonly files: readonly File[];
  /** Starts the jobs of this machine; drills are started where a secret key is. */
  readonly enable: readonly string[];
  readonly enableDrills: readonly string[];
}

const WHAT: Readonly<Record<Task, string>> = { backup: 'Backup', log: 'Log', drill: 'Restore drill' };

/** What starts the scripts on Linux and macOS. */
export function units(jobs: readonly Job[], scheduler: Exclude<Scheduler, 'taskscheduler'>): Units {
  return { systemd, cron, launchd }[scheduler](jobs);
}

const here = (jobs: readonly Job[]): Job[] => jobs.filter(({ task }) => task !== 'drill');
const drills = (jobs: readonly Job[]): Job[] => jobs.filter(({ task }) => task === 'drill');

/** One service for all sources of a task, and a timer for each. */
function systemd(jobs: readonly Job[]): Units {
  const unit = (task: Task): string => (task === 'backup' ? 'backup' : `backup-${task}`);
  const services = [...new Set(jobs.map(({ task }) => task))].map(
    (task): File => ({
      path: `/etc/systemd/system/${unit(task)}@.service`,
      mode: '0644',
      purpose: `runs a ${task}`,
      text: `[Unit]
Description=${WHAT[task]} of %i
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=/opt/backups/%i.sh ${task}
# The script has a limit of its own.
TimeoutStartSec=infinity
IgnoreSIGPIPE=no
Nice=10
`,
    }),
  );
  const timers = jobs.map(
    ({ one, task, when }): File => ({
      path: `/etc/systemd/system/${unit(task)}@${one.source.slug}.timer`,
      mode: '0644',
      purpose: `when${task === 'drill' ? '; on the machine of the drills' : ''}`,
      text: `[Unit]
Description=${WHAT[task]} of ${one.source.slug}

[Timer]
OnCalendar=${calendar(when)}
${when.every === undefined ? '# Catches up a run that was missed while the machine was off.\nPersistent=true\nAccuracySec=1min' : 'AccuracySec=1s'}

[Install]
WantedBy=timers.target
`,
    }),
  );
  const enable = (some: readonly Job[]): string[] =>
    some.length === 0
      ? []
      : [
          `sudo systemctl daemon-reload && sudo systemctl enable --now ${some.map(({ one, task }) => `${unit(task)}@${one.source.slug}.timer`).join(' ')}`,
        ];
  return { files: [...services, ...timers], enable: enable(here(jobs)), enableDrills: enable(drills(jobs)) };
}

/** A file for the jobs of this machine, one for the drills. A name with a dot in it would be passed over by cron. */
function cron(jobs: readonly Job[]): Units {
  const file = (name: string, purpose: string, some: readonly Job[]): File[] =>
    some.length === 0
      ? []
      : [
          {
            path: `/etc/cron.d/${name}`,
            mode: '0644',
            purpose,
            text: `# cron does not catch up what was missed while the machine was off.
SHELL=/bin/bash
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
${some.map(({ one, task, when }) => `${cronFields(when)} root ${one.script} ${task}`).join('\n')}
`,
          },
        ];
  const own = (name: string, some: readonly Job[]): string[] => (some.length === 0 ? [] : [`sudo chown root:root /etc/cron.d/${name}`]);
  return {
    files: [...file('backups', 'when', here(jobs)), ...file('backup-drills', 'when; on the machine of the drills', drills(jobs))],
    enable: own('backups', here(jobs)),
    enableDrills: own('backup-drills', drills(jobs)),
  };
}

function launchd(jobs: readonly Job[]): Units {
  const label = ({ one, task }: Job): string => `local.${task}.${one.source.slug}`;
  const entry = (key: string, value: number | undefined): string =>
    value === undefined ? '' : `<key>${key}</key><integer>${value}</integer>`;
  const slots = ({ minute, hours, weekday, day, months, every }: Times): string =>
    every !== undefined
      ? `<key>StartInterval</key><integer>${every * 60}</integer>`
      : `<key>StartCalendarInterval</key>
  <array>
${(months ?? [undefined])
  .flatMap((month) => (hours.length === 0 ? [undefined] : hours).map((hour) => ({ month, hour })))
  .map(
    ({ month, hour }) =>
      `    <dict>${entry('Month', month)}${entry('Day', day)}${entry('Weekday', weekday)}${entry('Hour', hour)}${entry('Minute', minute)}</dict>`,
  )
  .join('\n')}
  </array>`;
  const path = (job: Job): string => `/Library/LaunchDaemons/${label(job)}.plist`;
  const files = jobs.map(
    (job): File => ({
      path: path(job),
      mode: '0644',
      purpose: `when; skipped while the machine is off${job.task === 'drill' ? '; on the machine of the drills' : ''}`,
      text: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>${label(job)}</string>
  <key>ProgramArguments</key><array><string>${job.one.script}</string><string>${job.task}</string></array>
  <key>EnvironmentVariables</key><dict><key>PATH</key><string>/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin</string></dict>
  ${slots(job.when)}
  <key>StandardErrorPath</key><string>/var/log/${label(job)}.log</string>
</dict>
</plist>
`,
    }),
  );
  const enable = (some: readonly Job[]): string[] => some.map((job) => `sudo launchctl bootstrap system ${path(job)}`);
  return { files, enable: enable(here(jobs)), enableDrills: enable(drills(jobs)) };
}
