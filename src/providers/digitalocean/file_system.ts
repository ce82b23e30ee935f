import { cost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { doctl, find, ownName, sameRegion } from './cli.ts';

export const SMALLEST = 50;
export const PRICES = 'https://docs.digitalocean.com/products/nfs/details/pricing/';

/** Network File Storage: an NFS share that the servers of one network mount. */
export const fileSystem: Emit<'file_system'> = (spec, cx) => {
  if (spec.network === undefined)
    return cx.fail('network', { message: 'is missing; a share is mounted from within a network, by whatever is in it.' });
  sameRegion(cx, cx.spec('network', spec.network), 'network');
  const sizeGb = spec.sizeGb ?? SMALLEST;
  if (sizeGb < SMALLEST) cx.fail('sizeGb', { message: `a share has at least ${SMALLEST} GiB.`, given: String(sizeGb) });
  if (spec.sizeGb === undefined) cx.assume(`file system ${spec.name}: ${SMALLEST} GiB, the smallest share`);
  for (const [i, name] of spec.access.entries()) {
    if (cx.spec('server', name).network !== spec.network)
      cx.fail(`access[${i}]`, {
        message: `server ${name} is not in network ${spec.network}, and could not mount it.`,
        given: JSON.stringify(name),
      });
  }
  cx.warn(
    `every server of network ${spec.network} can mount file system ${spec.name}; doctl nfs get --region ${cx.region} --id ID -o json shows the host and the path for: sudo mount -t nfs HOST:PATH /mnt/${spec.name}. It takes no automatic backups (doctl nfs snapshot create)`,
  );
  const name = ownName(cx, spec.name);
  const where = ['--region', cx.region];
  const at = (column: string) => find('nfs', `${column},Name`, [name], ...where);
  return [
    {
      id: cx.id,
      title: `file system ${spec.name} (${sizeGb} GiB)`,
      resource: cx.id,
      provider: 'digitalocean',
      find: at('ID'),
      create: doctl(
        'nfs',
        'create',
        '--name',
        name,
        ...where,
        '--size',
        String(sizeGb),
        '--vpc-ids',
        cx.of('network', spec.network),
        '--performance-tier',
        'standard',
      ),
      wait: [{ ...at('Status'), expect: 'ACTIVE', seconds: 900 }],
      outputs: { id: at('ID') },
      verify: { query: at('Status'), expect: 'ACTIVE' },
      undo: [doctl('nfs', 'delete', '--id', { of: cx.id, out: 'id' }, ...where)],
      effects: [
        { kind: 'creates', what: `NFS share ${name}, ${sizeGb} GiB, in network ${spec.network}, ${cx.region}` },
        cost(cx, `file system ${spec.name} (${sizeGb} GiB)`, undefined, undefined, undefined, PRICES),
      ],
    },
  ];
};
