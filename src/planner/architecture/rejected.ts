/** What was not recommended, each with the number that would change it and where the user stands. */
import { downText } from './availability.ts';
import type { Limit } from './limits.ts';
import type { Load } from './load.ts';
import type { Needs, Stage } from './needs.ts';
import { type Sizing, UNIT } from './sizing.ts';
import { ONE_MACHINE, ONE_REGION, SINGLE_LIMIT } from './stage.ts';

/** From here on the servers are no longer named and cared for one by one, and an engine that replaces them pays. */
export const ENGINE_FROM = 5;
/** A function's price per busy second against a machine's: AWS Lambda 0.0000166667 USD per GB-second (2026) against a burstable 2 GB machine at about 0.0168 USD an hour. */
const FUNCTION_GB_SECOND = 0.000_016_666_7;
const MACHINE_2GB_HOUR = 0.0168;

const round = (value: number): number => Number(value.toPrecision(2));

export function rejected(needs: Needs, stage: Stage, load: Load, sizing: Sizing, servers: number, nearest: Limit | undefined): string[] {
  const list: string[] = [];
  const team = needs.team === undefined ? '' : `; you are ${needs.team}`;
  if (load.kind.id === 'static') {
    list.push('A server for the files: none is needed until a page is computed for its reader.');
    list.push('More than one region: the CDN is in all of them.');
    return list;
  }
  if (stage === 'MVP')
    list.push(
      `A load balancer and a second server: from ${SINGLE_LIMIT.vcpu} vCPU or ${SINGLE_LIMIT.memoryGb} GB (now ${sizing.single.vcpu} and ${sizing.single.memoryGb}), or above ${ONE_MACHINE} % (${downText(ONE_MACHINE)})${nearest === undefined ? '' : `; this one is full at ${nearest.at}`}.`,
    );
  if (stage !== 'Scale') list.push(`A second region: above ${ONE_REGION} % (${downText(ONE_REGION)}), or for users on another continent.`);
  if (servers < ENGINE_FROM)
    list.push(
      `Kubernetes${stage === 'MVP' ? ' at MVP' : ''}: from ${ENGINE_FROM} servers (now ${servers}) or ten services that ship on their own; it asks for a person who looks after it${team}.`,
    );
  list.push(
    `Microservices: from about three teams of eight that block each other${team}; before that every call becomes a network failure.`,
  );
  list.push(
    'Multi-cloud: only where a law or a customer demands it; it doubles the work and halves the discounts. DNS and backups alone belong elsewhere.',
  );
  const functions = functionShare(load);
  if (functions !== undefined)
    list.push(
      functions >= 1
        ? `Serverless: cheaper while functions are busy less than ${round((MACHINE_2GB_HOUR / 3600 / (2 * FUNCTION_GB_SECOND)) * 100)} % of the time; here ${round(load.average * load.requestSeconds)} would be busy at once on average.`
        : `Serverless: at ${round(load.average * load.requestSeconds * 100)} % busy a function would cost less than the machine; it is rejected for its connections to the database and its cold starts. Below 1 request a second without a database, take it.`,
    );
  if (sizing.app.vcpu > UNIT.vcpu && stage !== 'MVP')
    list.push(
      `Larger servers instead of more: ${UNIT.vcpu} vCPU each, so that losing one loses ${round(100 / servers)} % and one more is the next step.`,
    );
  return list;
}

/** How many machines' price the functions would cost; undefined where they cannot run it. */
function functionShare(load: Load): number | undefined {
  if (load.connections > 0 || load.kind.id === 'selfhosted' || load.requestSeconds > 900) return undefined;
  return (load.average * load.requestSeconds * 2 * FUNCTION_GB_SECOND * 3600) / MACHINE_2GB_HOUR;
}

/** The engine that takes over from servers that are cared for one by one, by provider. */
export function engine(provider: string | undefined, servers: number): string | undefined {
  if (servers < ENGINE_FROM) return undefined;
  const what: Record<string, string> = {
    aws: 'an Auto Scaling group (kind `autoscaling_group`) in place of the numbered servers; EKS once teams ship services on their own',
    digitalocean:
      'a Droplet autoscale pool (kind `autoscaling_group`) in place of the numbered servers; DOKS once teams ship services on their own',
    hetzner: 'Docker Swarm (kind `swarm`) on these servers: Hetzner has neither autoscaling nor managed Kubernetes',
  };
  const text = what[provider ?? ''];
  return text === undefined ? undefined : `${servers} servers alike: let ${text}`;
}
