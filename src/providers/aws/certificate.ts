import { query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Emit } from '../provider.ts';
import { aws, ownTag, self, step, tags, text } from './cli.ts';
import { change, recordQuery } from './dns.ts';

/** ACM gives a name and its wildcard one and the same record to prove them with. */
const bare = (domain: string) => domain.replace(/^\*\./, '');

export const certificate: Emit<'certificate'> = (spec, cx) => {
  const [main, ...others] = spec.domains;
  if (main === undefined)
    return cx.fail('domains', { message: 'is missing; give the domains that the certificate is for, like ["example.com"].' });
  const { zone } = spec;
  for (const [i, domain] of spec.domains.entries()) {
    if (spec.domains.indexOf(domain) !== i) cx.fail(`domains[${i}]`, { message: 'is named twice.', given: JSON.stringify(domain) });
    if (zone !== undefined && bare(domain) !== zone && !domain.endsWith(`.${zone}`))
      cx.fail(`domains[${i}]`, { message: `does not lie in zone ${zone}, so that zone cannot prove it.`, given: JSON.stringify(domain) });
  }
  const own = self(cx);
  const listed = (...status: string[]) =>
    query(
      text(
        cx,
        `CertificateSummaryList[?DomainName=='${main}'].CertificateArn`,
        'acm list-certificates',
        '--certificate-statuses',
        ...status,
      ),
    );
  const found = listed('PENDING_VALIDATION', 'ISSUED');
  const proofs = [...new Set(spec.domains.map(bare))];
  const proof = (domain: string, what: string) =>
    query(
      text(
        cx,
        `Certificate.DomainValidationOptions[?DomainName=='${spec.domains.find((one) => bare(one) === domain)}'].ResourceRecord.${what}`,
        'acm describe-certificate',
        '--certificate-arn',
        own,
      ),
    );
  const steps: Step[] = [
    step(cx, '', {
      title: `certificate ${spec.name}`,
      find: found,
      own: query(text(cx, ownTag(cx, 'Tags', own), 'acm list-tags-for-certificate', '--certificate-arn', own)),
      create: text(
        cx,
        'CertificateArn',
        'acm request-certificate',
        '--domain-name',
        main,
        ...(others.length > 0 ? ['--subject-alternative-names', ...others] : []),
        '--validation-method',
        'DNS',
        ...tags(cx, spec.name),
      ),
      captures: true,
      // The records that it wants to see come a few seconds after it.
      wait: [
        {
          command: text(
            cx,
            'length(Certificate.DomainValidationOptions[?ResourceRecord])',
            'acm describe-certificate',
            '--certificate-arn',
            own,
          ),
          expect: String(spec.domains.length),
          seconds: 120,
        },
      ],
      outputs: Object.fromEntries(
        proofs.flatMap((domain, i) => [
          [`proof-name-${i + 1}`, proof(domain, 'Name')],
          [`proof-value-${i + 1}`, proof(domain, 'Value')],
        ]),
      ),
      verify: { query: found },
      // Refused for a while after the load balancer that used it is gone.
      undo: [{ command: aws(cx, 'acm delete-certificate', '--certificate-arn', own), seconds: 600 }],
      effects: [{ kind: 'creates', what: `certificate for ${spec.domains.join(', ')}, renewed by AWS while its DNS records stay` }],
    }),
  ];
  const records: string[] = [];
  if (zone === undefined) {
    cx.warn(
      `certificate ${spec.name} is issued only once DNS proves its domains, and the plan has no zone for it: while the step after it waits, add the CNAME records that aws acm describe-certificate shows under DomainValidationOptions where ${spec.domains.join(', ')} is hosted`,
    );
  } else {
    const hosted = cx.of('dns_zone', zone);
    for (const [i, domain] of proofs.entries()) {
      const name = { of: cx.id, out: `proof-name-${i + 1}` };
      const set = { name, type: 'CNAME', ttl: 300, values: [{ of: cx.id, out: `proof-value-${i + 1}` }] };
      const there = recordQuery(cx, hosted, name, 'CNAME', 'Name');
      // In every region ACM asks an account for the same record, so two certificates of one name share it.
      const id = `proof.${domain}`;
      records.push(id);
      steps.push({
        ...step(cx, '', {
          title: `DNS record that proves ${domain}`,
          find: there,
          create: change(cx, hosted, 'CREATE', set),
          verify: { query: there },
          undo: [change(cx, hosted, 'DELETE', set)],
          effects: [{ kind: 'creates', what: `DNS record that proves ${domain} to AWS` }],
        }),
        id,
      });
    }
  }
  const issued = listed('ISSUED');
  steps.push(
    step(cx, 'issued', {
      title: `wait until certificate ${spec.name} is issued`,
      find: issued,
      create: aws(cx, 'acm wait certificate-validated', '--certificate-arn', own),
      outputs: { id: issued },
      verify: { query: issued, expect: own },
      within: cx.id,
      after: records,
      effects: [],
    }),
  );
  return steps;
};
