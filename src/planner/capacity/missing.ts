import type { Instruction } from './finding.ts';
import type { Measured } from './measured.ts';
import type { Model } from './model.ts';
import { LOADS_ADVISED, LOADS_NEEDED } from './usl.ts';

/** What was not measured, what it would decide, and the command that measures it. The most telling first. */
export function missing(m: Measured, model: Model): Instruction[] {
  const ask: (Instruction & { when: boolean })[] = [
    {
      when: m.cpu === undefined && m.load !== undefined && m.vcpu === undefined,
      what: 'processors (decides what a load average means)',
      command: 'nproc',
    },
    {
      when: m.cpu === undefined,
      what: 'CPU, disk wait, steal and swapping at peak (decides whether there is a bottleneck)',
      command: m.provider === 'aws' ? CPU_AWS : 'vmstat 60 10',
    },
    {
      when: m.servers === 1 && m.vcpu === undefined && model.used !== undefined,
      what: 'processors and memory of the machine, or provider and size (decides how large the next one is)',
      command: 'nproc; free -m',
    },
    { when: m.memory === undefined, what: 'memory (decides whether smaller or fewer will do)', command: 'free -m' },
    {
      when: m.requestsPerSecond === undefined,
      what: 'requests a second in the busiest minute (decides what waiting costs)',
      command: `awk '{print substr($4, 2, 17)}' access.log | sort | uniq -c | sort -rn | head -n 1 | awk '{print $1 / 60 " requests/s"}'`,
    },
    {
      when: m.p95 === undefined && m.p99 === undefined,
      what: 'latency under load (decides whether the target is met); against a copy, never unasked against production',
      command: 'wrk --latency -t2 -c16 -d60s "${URL:?}"',
    },
    {
      when: m.points.length > 0 && model.usl === undefined,
      what: `throughput at ${LOADS_NEEDED} loads at least, better ${LOADS_ADVISED} (decides whether more would make it slower)`,
      command: 'for c in 1 2 4 8 16 32; do wrk -t1 -c"$c" -d30s "${URL:?}"; done',
    },
    {
      when: m.connections === undefined || m.maxConnections === undefined,
      what: 'connections and their limit (another server brings more of them)',
      command: `psql -c "SELECT count(*), current_setting('max_connections') FROM pg_stat_activity"`,
    },
    { when: m.disk === undefined, what: 'disk', command: 'df -h' },
    {
      when: m.growth === undefined,
      what: 'growth a week (decides when, not whether)',
      command: "zcat -f access.log* | awk '{print substr($4, 2, 11)}' | sort | uniq -c",
    },
    {
      when: m.type?.cpu === 'burstable' && m.credits === undefined && m.provider === 'aws',
      what: 'CPU credits (a machine without them is slow at any load)',
      command: CREDITS,
    },
  ];
  return ask.filter(({ when }) => when).map(({ what, command }) => ({ what, command }));
}

const span = '--start-time "${FROM:?}" --end-time "${TO:?}"';
const CPU_AWS = `aws cloudwatch get-metric-statistics --namespace AWS/EC2 --metric-name CPUUtilization --dimensions "Name=InstanceId,Value=\${INSTANCE_ID:?}" --period 300 --statistics Average ${span}`;
const CREDITS = `aws cloudwatch get-metric-statistics --namespace AWS/EC2 --metric-name CPUCreditBalance --dimensions "Name=InstanceId,Value=\${INSTANCE_ID:?}" --period 300 --statistics Average ${span}`;
