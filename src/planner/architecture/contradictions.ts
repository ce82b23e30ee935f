/** What cannot be had together, each with the nearest that can. */
import { showMinutes } from '../backup/time.ts';
import { downText } from './availability.ts';
import { affordable, hasDatabase, isPriced, losesNothing, moneyText, reaches } from './choose.ts';
import type { Load } from './load.ts';
import type { Needs, Option, Stage } from './needs.ts';
import { OFFERED } from './options.ts';
import { alone } from './stack.ts';
import { NIGHTLY, ONE_MACHINE, restoreMinutes } from './stage.ts';

export interface Facts {
  readonly needs: Needs;
  readonly stage: Stage;
  readonly load: Load;
  readonly options: readonly Option[];
  readonly best: Option | undefined;
  /** What the stages below cost on the cheapest provider, for who cannot pay for this one. */
  readonly lower: readonly { readonly stage: Stage; readonly option: Option }[];
}

const NON_EU =
  /\b(?:us-(?:east|west)-\d|ap-[a-z]+-\d|ca-central-1|nyc\d|sfo\d|tor1|sgp1|blr1|syd1|ash|hil|sin|lon1|eu-west-2|uk-.*|eu-central-2)\b/i;

export function contradictions(facts: Facts): string[] {
  return [...residency(facts), ...availability(facts), ...objectives(facts), ...oneMachine(facts), ...money(facts), ...databases(facts)];
}

function residency({ needs }: Facts): string[] {
  if (!needs.euOnly) return [];
  const found: string[] = [];
  const named = NON_EU.exec(needs.question ?? '') ?? NON_EU.exec(needs.existing ?? '');
  if (named !== null)
    found.push(
      `data has to stay in the EU, and ${named[0]} is not in it. The nearest: fsn1 or hel1 (Hetzner), eu-central-1 or eu-west-1 (AWS), fra1 or ams3 (DigitalOcean)`,
    );
  const far = [...new Set(needs.regions)].filter((one) => one !== 'EU').sort();
  if (far.length > 0)
    found.push(
      `data has to stay in the EU, and users are in ${far.join(', ')} too: all regions are in the EU, and those users wait 70 to 200 ms a round trip. The nearest: a CDN for public files`,
    );
  return found;
}

function availability({ needs, best, options }: Facts): string[] {
  const target = needs.availability;
  if (target === undefined || best === undefined) return [];
  const lone = target > ONE_MACHINE ? alone(best.stack) : [];
  if (lone.length > 0) {
    const elsewhere = OFFERED.filter((one) => one !== 'hetzner' && !options.some((option) => option.provider === one));
    return [
      `${target} % is asked, and on ${best.provider} ${lone.join(' and ')} is alone, which can be counted on for about ${ONE_MACHINE} % (${downText(ONE_MACHINE)}). The nearest: ${elsewhere.length > 0 ? `a managed database with a standby (${elsewhere.join(', ')})` : `${ONE_MACHINE} % here`}`,
    ];
  }
  const reached = reaches(best, target);
  if (reached === true) return [];
  if (reached === undefined) {
    const sure = options.find((one) => reaches(one, target) === true);
    if (target <= ONE_MACHINE && sure === undefined) return [];
    return [
      `whether ${target} % is promised cannot be said: ${best.provider} publishes nothing for ${best.availability.without.join(' and ')}, and the rest is promised ${best.availability.percent ?? 0} %. ${sure === undefined ? 'The nearest: measure it' : `Promised in full: ${sure.provider}, ${sure.availability.percent} % for ${moneyText(sure)}`}`,
    ];
  }
  const { percent, working } = best.availability;
  return [
    `${target} % is asked, and no stack here is promised it: ${best.provider}'s parts are promised ${percent} % (${downText(percent as number)}; ${working}). The nearest: ${percent} %, and a rehearsed failover for the rest`,
  ];
}

function objectives({ needs, stage, load, best }: Facts): string[] {
  const found: string[] = [];
  const dump = /\b(?:nightly|daily|dump|backup every|once a day)\b/i.test(`${needs.existing ?? ''} ${needs.question ?? ''}`);
  if (needs.rpo !== undefined && needs.rpo < NIGHTLY && (dump || stage === 'MVP'))
    found.push(
      needs.rpo < 5
        ? `an RPO of ${showMinutes(needs.rpo)} and a nightly dump do not go together: a dump loses up to 24 h. The nearest: a synchronous standby in the same region; archived logs (plan_backups) lose up to 5 min`
        : `an RPO of ${showMinutes(needs.rpo)} is less than the 24 h that a nightly dump loses. The nearest: archived logs, which plan_backups sets up (up to 5 min)`,
    );
  if (needs.rpo === 0 && best !== undefined && !losesNothing(best))
    found.push(
      `an RPO of 0 needs a standby that confirms every write, and ${best.provider} ${hasDatabase(best, true) ? 'does not say of its standby that it does' : 'sells none'}. The nearest: a managed database with a standby on aws, or PostgreSQL with synchronous_standby_names on two servers`,
    );
  if (needs.rpo === 0 && stage === 'Scale')
    found.push(
      'an RPO of 0 across regions makes every write wait for an ocean: within a region it is 0, and when a region is lost it is the lag of the replica (seconds)',
    );
  const restore = restoreMinutes(load.dataGb);
  if (needs.rto !== undefined && needs.rto < restore && best !== undefined && alone(best.stack).length > 0)
    found.push(
      `an RTO of ${showMinutes(needs.rto)} is less than the ${showMinutes(restore)} in which ${load.dataGb} GB are back, and ${alone(best.stack).join(' and ')} is alone`,
    );
  return found;
}

/** Said before the numbers were: one machine, and yet always up. */
function oneMachine({ needs, stage }: Facts): string[] {
  const one = /\b(?:one|single|a) (?:machine|server|vps|droplet|box|node)\b/i.test(`${needs.question ?? ''}`);
  if (!one || stage === 'MVP' || needs.availability === undefined || needs.availability <= ONE_MACHINE) return [];
  return [
    `${needs.availability} % on one machine cannot be had: it reboots, it is deployed to, and it is back after a restore. One machine can be counted on for ${ONE_MACHINE} % (${downText(ONE_MACHINE)}); the nearest is the ${stage} stack below`,
  ];
}

function money({ needs, stage, options, lower }: Facts): string[] {
  const limit = needs.budget;
  if (limit === undefined) return [];
  const found: string[] = [];
  const comparable = options.flatMap((option) =>
    option.monthly.filter((one) => one.currency === limit.currency).map((one) => ({ option, amount: one.amount })),
  );
  const others = options.filter((option) => affordable(option, limit) === undefined);
  if (comparable.length > 0 && comparable.every((one) => one.amount > limit.amount)) {
    const least = comparable.reduce((a, b) => (a.amount <= b.amount ? a : b));
    const nearest = lower.find(
      ({ option }) => option.monthly.every((one) => one.currency === limit.currency && one.amount <= limit.amount) && isPriced(option),
    );
    const cheapest = lower.at(-1);
    found.push(
      `${limit.amount} ${limit.currency} a month does not pay for ${stage}: the least is ${least.amount.toFixed(2)} ${limit.currency} (${least.option.provider}). The nearest: ${
        nearest !== undefined
          ? `${nearest.stage} on ${nearest.option.provider} for ${moneyText(nearest.option)}, with ${ONE_MACHINE} % or less and one region`
          : cheapest !== undefined
            ? `${cheapest.stage} on ${cheapest.option.provider} for ${moneyText(cheapest.option)}, which is more than the budget too`
            : 'a smaller machine and a lower peak'
      }`,
    );
  }
  if (others.length > 0)
    found.push(
      `the budget is in ${limit.currency}, and ${others.map((one) => one.provider).join(', ')} ${others.length === 1 ? 'is' : 'are'} priced in another currency and so near it that the exchange rate decides: not compared, because nothing is converted here`,
    );
  return found;
}

function databases({ best }: Facts): string[] {
  return best?.short === undefined ? [] : [best.short];
}
