import { downText } from './availability.ts';
import type { Load } from './load.ts';
import type { Needs, Stage } from './needs.ts';
import type { Need, Sizing } from './sizing.ts';

/** A single machine is scaled up to this size before it is split: the largest that every provider here sells, and one that can still be moved in a night. */
export const SINGLE_LIMIT: Need = { vcpu: 8, memoryGb: 32 };
/** What is asked for where nobody said: 7.3 hours a month. */
export const DEFAULT_AVAILABILITY = 99;
/** What a machine that is alone can be counted on for, per cent: AWS's promise for one. A promise of more does not hold reboots, deployments and the time of a restore. */
export const ONE_MACHINE = 99.5;
/** What one region can be promised: AWS's balancer x two servers x Multi-AZ database, 99.99 % x 99.99 % x 99.95 %. */
export const ONE_REGION = 99.93;
/** To notice, to make a new machine and to check it, before data flow back; and how fast they do, GB a minute (100 MB/s from object storage, indexes built meanwhile). */
const REBUILD_MINUTES = 30;
const RESTORE_GB_PER_MINUTE = 6;
/** What is lost at most with a nightly backup, in minutes. */
export const NIGHTLY = 1440;

export const restoreMinutes = (dataGb: number): number => Math.ceil(REBUILD_MINUTES + dataGb / RESTORE_GB_PER_MINUTE);

/** The lowest stage that meets the numbers, and which of them decided. */
export function stageFor(needs: Needs, sizing: Sizing, load: Load): { stage: Stage; reasons: string[] } {
  const target = needs.availability ?? DEFAULT_AVAILABILITY;
  const continents = needs.euOnly ? ['EU'] : [...new Set(needs.regions)].sort();
  if (load.kind.id === 'static')
    return {
      stage: 'MVP',
      reasons: ['files that nobody computes need no server: a bucket keeps them and a CDN brings them near its users, at any load'],
    };
  const offline = load.kind.sizedFor === 'average';
  const scale: string[] = [];
  if (target > ONE_REGION) scale.push(`${target} % is more than one region is promised (${ONE_REGION} %)`);
  if (continents.length > 1 && !offline)
    scale.push(
      `users on ${continents.length} continents (${continents.join(', ')}): a round trip across an ocean is 70 to 200 ms, which no server shortens`,
    );
  if (scale.length > 0) return { stage: 'Scale', reasons: scale };
  const growth: string[] = [];
  const { single } = sizing;
  if (target > ONE_MACHINE)
    growth.push(
      `${target} % (${downText(target)}) is more than one machine can be counted on for (${ONE_MACHINE} %, ${downText(ONE_MACHINE)}), so nothing may be alone`,
    );
  if (single.vcpu > SINGLE_LIMIT.vcpu) growth.push(`${single.vcpu} vCPU are more than one machine should have (${SINGLE_LIMIT.vcpu})`);
  if (single.memoryGb > SINGLE_LIMIT.memoryGb)
    growth.push(`${single.memoryGb} GB of memory are more than one machine should have (${SINGLE_LIMIT.memoryGb})`);
  if (needs.rpo !== undefined && needs.rpo < 5)
    growth.push(`an RPO of ${needs.rpo} min needs a standby that has every write: archived logs are up to 5 minutes behind`);
  const restore = restoreMinutes(load.dataGb);
  if (needs.rto !== undefined && needs.rto < restore)
    growth.push(
      `one machine is back after about ${restore} min (${REBUILD_MINUTES} to rebuild, ${load.dataGb} GB at ${RESTORE_GB_PER_MINUTE} GB/min), and the RTO is ${needs.rto} min`,
    );
  if (growth.length > 0) return { stage: 'Growth', reasons: growth };
  const carries =
    load.kind.id === 'selfhosted'
      ? `${load.baseGb} GB of the product's own`
      : load.kind.id === 'realtime'
        ? `${load.connections} connections`
        : `${Number((load.kind.sizedFor === 'peak' ? load.peak : load.average).toPrecision(3))} ${load.kind.unit}/s`;
  return {
    stage: 'MVP',
    reasons: [
      `one machine of ${single.vcpu} vCPU and ${single.memoryGb} GB carries ${carries} and ${load.dataGb} GB of data with headroom, and ${target} % allows it to be alone`,
    ],
  };
}
