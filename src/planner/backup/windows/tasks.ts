import type { File, Times } from '../schedule.ts';
import { two } from '../schedule.ts';
import type { Job } from '../units.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const element = (name: string, text: string): string => `<${name}>${text}</${name}>`;

function schedule({ weekday, day, months }: Times): string {
  if (weekday !== undefined)
    return element('ScheduleByWeek', `<WeeksInterval>1</WeeksInterval>${element('DaysOfWeek', `<${WEEKDAYS[weekday]} />`)}`);
  if (day !== undefined)
    return element(
      'ScheduleByMonth',
      `${element('DaysOfMonth', element('Day', String(day)))}${element('Months', (months ?? MONTHS.map((_, i) => i + 1)).map((month) => `<${MONTHS[month - 1]} />`).join(''))}`,
    );
  return element('ScheduleByDay', element('DaysInterval', '1'));
}

/** A task of the Task Scheduler (schema 1.4), for Register-ScheduledTask -Xml. A missed run is caught up. */
export function task({ one, task: verb, when }: Job, limitSeconds: number): File {
  const hours = when.hours.length === 0 ? Array.from({ length: 24 }, (_, hour) => hour) : when.hours;
  const triggers = hours
    .map(
      (hour) => `    <CalendarTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>2026-01-01T${two(hour)}:${two(when.minute)}:00Z</StartBoundary>
      ${schedule(when)}
    </CalendarTrigger>`,
    )
    .join('\n');
  return {
    path: one.script.replace(/\.ps1$/, `-${verb}.xml`),
    mode: 'administrators',
    purpose: `when${verb === 'drill' ? '; on the machine of the drills' : ''}`,
    text: `<Task version="1.4" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>${verb} of ${one.source.slug}</Description></RegistrationInfo>
  <Triggers>
${triggers}
  </Triggers>
  <Principals>
    <Principal id="system"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT${Math.ceil(limitSeconds / 60)}M</ExecutionTimeLimit>
  </Settings>
  <Actions Context="system">
    <Exec><Command>pwsh.exe</Command><Arguments>-NoProfile -NonInteractive -File "${one.script}" ${verb}</Arguments></Exec>
  </Actions>
</Task>
`,
  };
}
