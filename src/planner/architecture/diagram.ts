import type { Diagram, DiagramNode, Edge, Group } from '../../core/diagram.ts';
import { isApp, type Resource, type Stack, targetsOf } from './stack.ts';

/** Servers alike are one box from here on: twenty boxes say no more than their number. */
const TOGETHER = 4;

const sizeOf = (one: Resource): string[] => {
  const size = one.size as { vcpu?: number; memoryGb?: number } | undefined;
  return typeof size === 'object' && size.vcpu !== undefined ? [`${size.vcpu} vCPU, ${size.memoryGb} GB`] : [];
};
const PRIVATE = 'private network';

/**
 * What a stack looks like: the internet above, through the balancer to the servers and on to the data, in their regions and
 * networks; standbys and backups beside what they are of. Parts that only make others possible (keys, firewalls) are left out.
 */
export function diagramOf(stack: Stack, title: string): Diagram {
  const of = (kind: string): Resource[] => stack.resources.filter((one) => one.kind === kind);
  const regionOf = (one: Resource): string => String(one.region ?? stack.region ?? '');
  const nodes: DiagramNode[] = [];
  const edges: Edge[] = [];
  const groups: Group[] = [];
  const group = (id: string, label: string, within?: string): string => {
    if (!groups.some((one) => one.id === id)) groups.push({ id, label, ...(within === undefined ? {} : { within }) });
    return id;
  };
  const region = (one: Resource): string =>
    stack.provider === 'docker'
      ? group('machine', 'one machine with Docker')
      : group(`region ${regionOf(one)}`, `${stack.provider} ${regionOf(one)}`);
  const inside = (one: Resource): string => group(`network ${regionOf(one)}`, PRIVATE, region(one));

  const balancers = of('load_balancer');
  const servers = of('server');
  const served = new Set(balancers.flatMap(targetsOf));
  const apps = servers.filter((one) => served.has(one.name) || isApp(one));
  const own = servers.filter((one) => !apps.includes(one));
  const databases = of('database');
  const buckets = of('bucket');
  const asked = balancers.length > 0 || apps.length === 1 || servers.length === 0;
  if (asked) nodes.push({ id: 'internet', title: 'Internet', lines: [], is: 'world' });
  let door = 'internet';
  for (const zone of of('dns_zone').slice(0, 1)) {
    nodes.push({ id: 'dns', title: 'DNS', lines: [zone.name], is: 'managed' });
    edges.push({ from: door, to: 'dns' });
    door = 'dns';
  }

  // Servers with the same place and the same callers are one box where they are many.
  const box = new Map<string, string>();
  const kinds = new Map<string, Resource[]>();
  for (const one of apps) {
    const callers = balancers.filter((lb) => targetsOf(lb).includes(one.name)).map((lb) => lb.name);
    const key = `${regionOf(one)} ${callers.join(' ')} ${sizeOf(one)}`;
    kinds.set(key, [...(kinds.get(key) ?? []), one]);
  }
  const word = balancers.length > 0 ? 'application server' : asked ? 'everything on it' : 'worker';
  // With a second balancer the other site goes on.
  const lone = (one: Resource): boolean =>
    apps.length === 1 || (balancers.length === 1 && targetsOf(balancers[0] as Resource).join() === one.name);
  for (const list of kinds.values()) {
    const parts = list.length > TOGETHER ? [list] : list.map((one) => [one]);
    for (const part of parts) {
      const [first] = part as [Resource];
      const id = `server ${first.name}`;
      for (const one of part) box.set(one.name, id);
      nodes.push({
        id,
        title: part.length === 1 ? first.name : `${first.name} to ${(part.at(-1) as Resource).name}`,
        lines: [
          part.length === 1 ? word : `${part.length} ${word}s`,
          ...sizeOf(first).map((size) => (part.length === 1 ? size : `${size} each`)),
        ],
        is: 'own',
        within: inside(first),
        ...(lone(first) ? { alone: true } : {}),
      });
    }
  }
  for (const one of balancers) {
    const id = `balancer ${one.name}`;
    nodes.push({ id, title: one.name, lines: ['load balancer'], is: 'managed', within: region(one) });
    edges.push({
      from: door,
      to: id,
      ...((one.services as { certificate?: unknown }[] | undefined)?.[0]?.certificate === undefined ? {} : { label: 'https' }),
    });
    for (const to of new Set(targetsOf(one).map((name) => box.get(name)))) if (to !== undefined) edges.push({ from: id, to });
  }
  if (balancers.length === 0 && asked) for (const to of new Set(box.values())) edges.push({ from: door, to });

  // The first data store is where all writes go.
  const boxes = [...new Set(box.values())];
  for (const one of databases) {
    const id = `database ${one.name}`;
    const pair = one.highAvailability === true;
    const disk = one.storageGb === undefined ? [] : [`${one.storageGb} GB disk`];
    const within = inside(one);
    nodes.push({
      id,
      title: one.name,
      lines: ['managed database', ...sizeOf(one), ...disk],
      is: 'managed',
      within,
      ...(pair ? {} : { alone: true }),
    });
    if (pair) {
      nodes.push({ id: `${id} standby`, title: `${one.name} standby`, lines: ['takes over by itself'], is: 'managed', within });
      edges.push({ from: id, to: `${id} standby`, label: 'every write', copies: true });
    }
    for (const from of boxes) edges.push({ from, to: id });
  }
  for (const [i, one] of own.entries()) {
    const id = `server ${one.name}`;
    const first = own[0] as Resource;
    nodes.push({
      id,
      title: one.name,
      lines: [i === 0 ? 'database server' : 'replica, to be promoted', ...sizeOf(one)],
      is: 'own',
      within: inside(one),
      ...(own.length === 1 ? { alone: true } : {}),
    });
    if (i === 0) for (const from of boxes) edges.push({ from, to: id });
    else edges.push({ from: `server ${first.name}`, to: id, label: 'replicates', copies: true });
  }
  for (const one of of('volume')) {
    const id = `volume ${one.name}`;
    const holder = typeof one.server === 'string' ? (box.get(one.server) ?? `server ${one.server}`) : undefined;
    nodes.push({
      id,
      title: one.name,
      lines: [one.sizeGb === undefined ? 'volume' : `volume, ${one.sizeGb} GB`],
      is: 'store',
      within: stack.provider === 'docker' ? region(one) : inside(one),
    });
    if (holder !== undefined) edges.push({ from: holder, to: id });
  }
  for (const project of of('compose')) {
    for (const [name, service] of Object.entries(
      (project.services ?? {}) as Record<string, { image?: string; ports?: unknown[]; dependsOn?: string[]; volumes?: string[] }>,
    )) {
      const id = `service ${name}`;
      nodes.push({ id, title: name, lines: [service.image ?? 'container'], is: 'own', within: region(project), alone: true });
      if ((service.ports ?? []).length > 0) edges.push({ from: 'internet', to: id });
      for (const to of service.dependsOn ?? []) edges.push({ from: id, to: `service ${to}` });
      for (const volume of service.volumes ?? []) {
        const to = `volume ${volume.split(':')[0]}`;
        if (nodes.some((node) => node.id === to)) edges.push({ from: id, to });
      }
    }
  }
  for (const one of buckets) {
    const id = `bucket ${one.name}`;
    nodes.push({
      id,
      title: one.name,
      lines: [boxes.length === 0 ? 'bucket with the files' : 'bucket for files'],
      is: 'managed',
      within: region(one),
    });
    if (boxes.length > 0) for (const from of boxes) edges.push({ from, to: id });
    else {
      const [edge] = of('cdn');
      nodes.push({
        id: 'cdn',
        title: edge?.name ?? 'CDN',
        lines: [edge === undefined ? 'to come, not in this stack' : 'CDN'],
        is: edge === undefined ? 'world' : 'managed',
      });
      edges.push({ from: door, to: 'cdn' }, { from: 'cdn', to: id, label: 'what is not kept' });
    }
  }
  // Where everything is, its copies belong elsewhere: a second region, another provider.
  const kept = [
    ...databases.map((one) => `database ${one.name}`),
    ...(own.length > 0 ? [`server ${(own[0] as Resource).name}`] : []),
    ...(databases.length + own.length === 0 ? boxes : []),
  ];
  if (kept.length > 0) {
    nodes.push({ id: 'backups', title: 'Backups', lines: ['elsewhere: plan_backups'], is: 'store' });
    for (const from of kept) edges.push({ from, to: 'backups', copies: true, label: 'copies' });
  }
  return { title, groups, nodes, edges };
}
