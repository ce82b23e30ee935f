import { query } from '../../../core/command.ts';
import { monthly, priceIn } from '../../catalog.ts';
import { cost, rateCost, typeCost } from '../../common.ts';
import type { Act, Query } from '../../provider.ts';
import { settings as poolSettings } from '../autoscaling_group.ts';
import { doctl, find, get, ownName, ownTag } from '../cli.ts';
import { app } from '../container_service.ts';
import { PRICES, SMALLEST } from '../file_system.ts';
import { settings } from '../load_balancer.ts';
import { change, seldom, self } from './change.ts';

/** The API takes a load balancer as a whole: what is not named would be reset. */
export const resizeLoadBalancer: Act<'load_balancer'> = (spec, cx) => {
  const { name } = spec;
  const { units, args } = settings(spec, cx);
  const tag = ownTag(cx, 'load-balancer', name);
  const sized = find('compute load-balancer', 'ID,Name,Tag,SizeUnit', [name, tag, String(units)]);
  cx.warn(`with its size, load balancer ${name} is given all its settings as they are in this request: services, health check, network`);
  return [
    change(
      cx,
      'resize',
      `${units} ${units === 1 ? 'node' : 'nodes'} for ${name}`,
      sized,
      doctl('compute', 'load-balancer', 'update', self(cx), '--name', name, ...args),
      [
        {
          kind: 'interrupts',
          what: `connections through ${name} that last longer than a minute, where it gets fewer nodes: a node that is taken away is given one minute to finish`,
        },
        { kind: 'changes', what: `load balancer ${name} has ${units} ${units === 1 ? 'node' : 'nodes'}; its address stays` },
        { ...rateCost(cx, `load balancer ${name}`, 'load_balancer', units), note: 'in place of its former price' },
      ],
      { wait: [{ command: get('compute load-balancer', self(cx), 'Status'), expect: 'active', seconds: 900 }] },
    ),
  ];
};

/** Other servers, and other limits. Of the template no column shows anything. */
export const resizeGroup: Act<'autoscaling_group'> = (spec, cx) => {
  const { name, min, max } = spec;
  const { type, args } = poolSettings(spec, cx);
  const own = ownName(cx, name);
  const update = doctl('compute', 'droplet-autoscale', 'update', self(cx), '--name', own, ...args);
  const size = query(doctl('compute', 'droplet-autoscale', 'get', self(cx), '-o', 'json'), {
    column: [1, 2],
    equals: `"size": "${type.id}",`,
    print: 2,
  });
  cx.warn(
    `with its size, autoscaling_group ${name} is given all its settings as they are in this request: image, keys, firewalls, network`,
  );
  return [
    change(cx, 'size', `servers of ${name} are a ${type.id} from now on`, size, update, [
      {
        kind: 'interrupts',
        what: `servers of ${name} that are replaced, the new ones first: requests that one of them is answering end with it, and what is on its disk goes`,
      },
      { kind: 'changes', what: `servers of ${name} are a ${type.id} (${type.vcpu} vCPU, ${type.memoryGb} GB)` },
      typeCost(cx, `servers of ${name} (${min} x ${type.id})`, type, {
        quantity: min,
        note: `at ${min} of at most ${max}, in place of their former price`,
      }),
    ]),
    seldom(
      change(
        cx,
        'limits',
        `${min} to ${max} servers`,
        // All columns, because --format cannot ask for those that have a space in their names.
        query(doctl('compute', 'droplet-autoscale', 'list', '--no-header'), {
          column: [2, 5, 6],
          equals: `${own} ${min} ${max}`,
          print: 1,
        }),
        update,
        [
          {
            kind: 'interrupts',
            what: `servers of ${name} that are taken away, where there are fewer: each is told to shut down, and is gone a minute later`,
          },
          { kind: 'changes', what: `${name} has ${min} to ${max} servers` },
        ],
      ),
    ),
  ];
};

/** A new deployment beside the old one, which takes over when it is healthy. */
export const resizeApp: Act<'container_service'> = (spec, cx) => {
  const { name, type, file } = app(spec, cx);
  const { replicas } = spec;
  const update = doctl('apps', 'update', self(cx), '--spec', file.path, '--wait', '--format', 'ID', '--no-header');
  // As YAML, which has a line a field and no commas.
  const has = (field: string, value: string): Query =>
    query(doctl('apps', 'spec', 'get', self(cx)), { column: [1, 2], equals: `${field}: ${value}`, print: 2 });
  const price = priceIn(type.prices, cx.region);
  cx.warn(
    `app ${name} becomes what this request says of it as a whole, its image and its variables included; where it has encrypted variables, change its size in the control panel instead`,
  );
  const step = (part: string, title: string, done: Query, what: string) =>
    ({
      ...change(cx, part, title, done, update, [
        {
          kind: 'destroys',
          what: `what was put into app ${name} in the control panel: variables, domains and settings that are not in this request`,
        },
        { kind: 'changes', what },
      ]),
      files: [file],
    }) as const;
  const size = step(
    'size',
    `${type.id} for ${name}`,
    has('instance_size_slug', `apps-s-${type.id}`),
    `app ${name}: ${replicas} of ${type.vcpu} vCPU and ${type.memoryGb} GB each, by a new deployment that takes over when it is healthy`,
  );
  return [
    {
      ...size,
      effects: [
        ...size.effects,
        {
          ...cost(
            cx,
            `app ${name} (${replicas} x ${type.id})`,
            price,
            undefined,
            'in place of its former price',
            'doctl apps tier instance-size list',
          ),
          monthly: price === undefined ? null : monthly(price, replicas),
        },
      ],
    },
    seldom(step('count', `${replicas} of ${name}`, has('instance_count', String(replicas)), `app ${name} runs ${replicas} times`)),
  ];
};

export const resizeFileSystem: Act<'file_system'> = (spec, cx) => {
  const { name, sizeGb } = spec;
  if (sizeGb === undefined) return cx.fail('sizeGb', { message: 'is missing; say how many GiB it is to have.' });
  if (sizeGb < SMALLEST) cx.fail('sizeGb', { message: `a share has at least ${SMALLEST} GiB.`, given: String(sizeGb) });
  const where = ['--region', cx.region];
  // `100 GiB`
  const sized = find('nfs', 'ID,Name,Size', [ownName(cx, name), String(sizeGb)], ...where);
  const status = find('nfs', 'Status,Name', [ownName(cx, name)], ...where);
  return [
    change(
      cx,
      'resize',
      `${sizeGb} GiB for ${name}`,
      sized,
      // Without --wait: doctl 1.166 waits by a number, and the service's own reference names its actions by UUIDs.
      doctl('nfs', 'resize', '--id', self(cx), ...where, '--size', String(sizeGb)),
      [
        {
          kind: 'changes',
          what: `file system ${name} has ${sizeGb} GiB; DigitalOcean does not say whether it could be made smaller again`,
        },
        cost(cx, `file system ${name} (${sizeGb} GiB)`, undefined, undefined, 'in place of its former price', PRICES),
      ],
      {
        wait: [
          { ...sized, seconds: 900 },
          { ...status, expect: 'ACTIVE', seconds: 900 },
        ],
      },
    ),
  ];
};
