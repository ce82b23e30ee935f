import type { Source } from './input.ts';

/** One file of the plan. */
export type File = {
  readonly path: string;
  readonly mode: string;
  readonly purpose: string;
  readonly text: string;
};

export type Scheduler = 'systemd' | 'cron' | 'launchd';

/** When a task runs, UTC for systemd, the machine's own time for cron and launchd. */
export interface Times {
  readonly minute: number;
  readonly hours: readonly number[];
  /** 0 = Sunday; left out = every day. */
  readonly weekday?: number;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** Never at midnight or on the full hour, where everybody is; the same source always gets the same minute. */
export function times(source: Source, intervalMinutes: number): Times {
  const hash = [...source.slug].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7);
  const minute = 7 + (hash % 46);
  if (intervalMinutes >= 10_080) return { minute, hours: [2], weekday: 0 };
  const step = Math.max(1, Math.round(intervalMinutes / 60));
  const first = step >= 6 ? 2 : 0;
  return {
    minute,
    hours: Array.from({ length: Math.max(1, Math.floor(24 / step)) }, (_, i) => (first + i * step) % 24).sort((a, b) => a - b),
  };
}

const two = (n: number): string => String(n).padStart(2, '0');

export function calendar({ minute, hours, weekday }: Times): string {
  return `${weekday === undefined ? '' : `${WEEKDAYS[weekday]} `}*-*-* ${hours.length === 24 ? '*' : hours.map(two).join(',')}:${two(minute)}:00 UTC`;
}

/** The units that start a script; the drill's are for the machine on which drills run. */
export function units(
  source: Source,
  script: string,
  when: Times,
  limitSeconds: number,
  scheduler: Scheduler,
): { files: File[]; enable: string } {
  const name = `backup-${source.slug}`;
  if (scheduler === 'systemd') {
    const service = `[Unit]
Description=Backup of ${source.slug}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=${script} backup
# The script has a limit of its own; this one is behind it.
TimeoutStartSec=${limitSeconds + 120}
IgnoreSIGPIPE=no
Nice=10
`;
    const timer = `[Unit]
Description=Backup of ${source.slug}

[Timer]
OnCalendar=${calendar(when)}
# Catches up a run that was missed while the machine was off.
Persistent=true
AccuracySec=1min

[Install]
WantedBy=timers.target
`;
    return {
      files: [
        { path: `/etc/systemd/system/${name}.service`, mode: '0644', purpose: 'runs the backup', text: service },
        { path: `/etc/systemd/system/${name}.timer`, mode: '0644', purpose: 'when', text: timer },
      ],
      enable: `sudo systemctl daemon-reload && sudo systemctl enable --now ${name}.timer`,
    };
  }
  if (scheduler === 'cron') {
    const line = `${when.minute} ${when.hours.length === 24 ? '*' : when.hours.join(',')} * * ${when.weekday ?? '*'}`;
    const text = `# Backup of ${source.slug}. cron does not catch up what was missed while the machine was off.\nSHELL=/bin/bash\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n${line} root ${script} backup\n`;
    return {
      files: [{ path: `/etc/cron.d/${name}`, mode: '0644', purpose: 'when', text }],
      enable: `sudo chown root:root /etc/cron.d/${name}`,
    };
  }
  const label = `local.backup.${source.slug}`;
  const slots = when.hours
    .map(
      (hour) =>
        `    <dict><key>Hour</key><integer>${hour}</integer><key>Minute</key><integer>${when.minute}</integer>${when.weekday === undefined ? '' : `<key>Weekday</key><integer>${when.weekday}</integer>`}</dict>`,
    )
    .join('\n');
  const plist = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>${label}</string>
  <key>ProgramArguments</key><array><string>${script}</string><string>backup</string></array>
  <key>EnvironmentVariables</key><dict><key>PATH</key><string>/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin</string></dict>
  <key>StartCalendarInterval</key>
  <array>
${slots}
  </array>
  <key>StandardErrorPath</key><string>/var/log/${label}.log</string>
</dict>
</plist>
`;
  return {
    files: [
      {
        path: `/Library/LaunchDaemons/${label}.plist`,
        mode: '0644',
        purpose: 'when; runs are skipped while the machine is off',
        text: plist,
      },
    ],
    enable: `sudo launchctl bootstrap system /Library/LaunchDaemons/${label}.plist`,
  };
}
