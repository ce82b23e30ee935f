import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { stepAtoms } from '../../src/core/order.ts';
import type { Cost, Plan, Step } from '../../src/core/plan.ts';
import { bash, commandText } from '../../src/render/bash.ts';
import { createOutline, Names } from '../../src/render/outline.ts';
import { checkCommand } from '../grammar/check.ts';
import { commandsOf, plan, words } from '../support/plans.ts';

type Resource = Readonly<Record<string, unknown>>;

const make = (...resources: Resource[]): Promise<Plan> => plan({ provider: 'aws', region: 'eu-central-1', resources });
const step = (p: Plan, id: string): Step => p.steps.find((one) => one.id === id) as Step;
const ids = (p: Plan): string[] => p.steps.map((one) => one.id);
/** The command as bash gets it. */
const line = (p: Plan, id: string): string => commandText(step(p, id).create, { names: new Names(p.steps), pasted: false });
const costs = (p: Plan): Cost[] => p.steps.flatMap((one) => one.effects).filter((effect) => effect.kind === 'costs');

async function refusal(...resources: Resource[]): Promise<string> {
  try {
    await make(...resources);
  } catch (error) {
    if (error instanceof InputError) return JSON.stringify(error.problems);
    throw error;
  }
  throw new Error('was not refused');
}

const KEY = { kind: 'ssh_key', name: 'deploy' };
const LAN = { kind: 'network', name: 'lan' };
const FIREWALL = { kind: 'firewall', name: 'web', rules: [{ port: 443 }] };
const WEB = { kind: 'server', name: 'web1', size: 't3.small', sshKeys: ['deploy'], firewalls: ['web'] };
const SERVER = [WEB, KEY, FIREWALL];
const ZONE = { kind: 'dns_zone', name: 'example.com' };
const SITE = { kind: 'certificate', name: 'site', domains: ['example.com', '*.example.com'], zone: 'example.com' };

/** Every kind in every shape. */
const ALL: Resource[] = [
  KEY,
  LAN,
  {
    kind: 'firewall',
    name: 'web',
    rules: [
      { port: 443, description: 'web site' },
      { port: 22, from: '198.51.100.7' },
      { protocol: 'icmp' },
      { protocol: 'udp', port: 'any', from: 'fd00::/8' },
      { direction: 'out', port: '8000-8100' },
    ],
  },
  { ...WEB, docker: true },
  {
    kind: 'server',
    name: 'web2',
    size: { vcpu: 2, memoryGb: 4, diskGb: 50, arch: 'arm' },
    image: 'amazon-linux-2023',
    subnet: 'private',
    sshKeys: ['deploy'],
  },
  { kind: 'volume', name: 'data', server: 'web1', sizeGb: 40 },
  { kind: 'volume', name: 'loose' },
  { kind: 'static_ip', name: 'front', server: 'web1' },
  ZONE,
  SITE,
  { kind: 'load_balancer', name: 'lb1', targets: ['web1', 'web2'], services: [{ certificate: 'site' }] },
  { kind: 'load_balancer', name: 'tcp1', targets: ['web1'], services: [{ protocol: 'tcp', port: 5000 }] },
  { kind: 'dns_record', name: '@', zone: 'example.com', target: 'lb1' },
  { kind: 'dns_record', name: 'ssh', zone: 'example.com', target: 'web1' },
  { kind: 'dns_record', name: '*', zone: 'example.com', target: 'front' },
  { kind: 'dns_record', name: '@', zone: 'example.com', type: 'TXT', value: 'v=spf1 include:"x" -all' },
  { kind: 'dns_record', name: '@', zone: 'example.com', type: 'MX', value: ['10 mail', '20 mx.example.org'] },
  { kind: 'database', name: 'app', access: ['web1', 'web2'], highAvailability: true },
  { kind: 'database', name: 'wiki', engine: 'mysql', size: 'db.t4g.small', storageGb: 30 },
  { kind: 'bucket', name: 'acme-files' },
  { kind: 'snapshot', name: 'before', volume: 'data' },
  { kind: 'snapshot', name: 'whole', server: 'web1' },
  { kind: 'snapshot', name: 'rows', database: 'app' },
];

describe('every command', () => {
  it('is one that aws takes', async () => {
    const p = await make(...ALL);
    const wrong = [...commandsOf(p)].flatMap(({ from, command }) =>
      checkCommand(words(command, p.steps)).map((problem) => `${from}: ${problem}`),
    );
    expect(wrong).toEqual([]);
    expect([...commandsOf(p)].length).toBeGreaterThan(300);
  });

  it('names its region', async () => {
    const p = await make(...ALL);
    expect([...commandsOf(p)].filter(({ command }) => !command.args.includes('--region')).map(({ from }) => from)).toEqual([]);
  });

  it('answers absence with nothing: no scalar is selected by a look-up', async () => {
    const p = await make(...ALL);
    const selects = [
      ...new Set(
        p.steps
          .map(({ find }) => find.command.args[find.command.args.indexOf('--query') + 1])
          .flatMap((arg) => [arg].flat().at(-1) as string),
      ),
    ];
    // A list in the expression is what makes an answer empty; a parameter that is missing is an error of its own.
    expect(selects.filter((select) => !/[[\]]/.test(select) && select !== 'Parameter.Value')).toEqual([]);
  });

  it('carries no password and no file of the user but the public key', async () => {
    const p = await make(...ALL);
    const text = bash.createScript(p, createOutline(p, new Names(p.steps), { resumable: true }), new Names(p.steps), []);
    expect(text.match(/fileb?:\/\/[^'"\s]*/g)?.toSorted()).toEqual([
      'file://main-web1-cloud-init.yaml',
      'fileb://${HOME}/.ssh/id_ed25519.pub',
    ]);
    expect(text).not.toContain('--master-user-password ');
    expect(text).toContain('--manage-master-user-password');
  });

  it('is tagged with the plan, or is found within what is', async () => {
    const p = await plan({ provider: 'aws', plan: 'shop', resources: ALL });
    const creates = p.steps.filter((one) => one.effects.some((effect) => effect.kind === 'creates'));
    const untagged = creates.filter((one) => !JSON.stringify([one.create, one.wait]).includes('plan,Value=shop')).map((one) => one.id);
    // Route 53 takes no tags with a zone (its comment says whose it is) and none for a record.
    expect(untagged.filter((id) => !/^(?:dns_|proof\.)/.test(id))).toEqual([]);
    expect(JSON.stringify(step(p, 'dns_zone.example.com').create)).toContain('Comment=plan shop');
  });

  it('has what undoes it, or goes with something that has', async () => {
    const p = await make(...ALL);
    expect(
      p.steps.filter((one) => one.effects.length > 0 && one.undo === undefined && one.within === undefined).map((one) => one.id),
    ).toEqual([]);
  });

  it('is the same for the same request', async () => {
    expect(JSON.stringify(await make(...ALL))).toBe(JSON.stringify(await make(...ALL)));
  });
});

describe('order and ids', () => {
  it('makes what others need first, whatever the request begins with', async () => {
    const p = await make(...[...ALL].reverse());
    const at = new Map(ids(p).map((id, i) => [id, i]));
    for (const one of p.steps)
      for (const atom of stepAtoms(one))
        if (typeof atom === 'object' && 'of' in atom && atom.of !== one.id)
          expect(at.get(atom.of), `${one.id} after ${atom.of}`).toBeLessThan(at.get(one.id) as number);
  });

  it('captures ids and uses them', async () => {
    const p = await make(...SERVER, LAN);
    expect(ids(p)).toEqual([
      'image.ubuntu-24.04-x86.eu-central-1',
      'ssh_key.deploy',
      'network.lan',
      'firewall.web',
      'firewall.web.rules',
      'network.lan.dns-hostnames',
      'network.lan.gateway',
      'network.lan.gateway-attached',
      'network.lan.public',
      'network.lan.private',
      'network.lan.public-route',
      'network.lan.public-a',
      'network.lan.public-a-routed',
      'server.web1',
      'network.lan.public-b',
      'network.lan.public-b-routed',
      'network.lan.private-a',
      'network.lan.private-a-routed',
      'network.lan.private-b',
      'network.lan.private-b-routed',
    ]);
    expect(line(p, 'server.web1')).toBe(
      "aws ec2 run-instances --image-id \"$image_ubuntu_24_04_x86_eu_central_1\" --instance-type t3.small --count 1 --key-name deploy --subnet-id \"$network_lan_public_a\" --security-group-ids \"$firewall_web\" --associate-public-ip-address --metadata-options HttpTokens=required,HttpEndpoint=enabled --block-device-mappings 'DeviceName=/dev/sda1,Ebs={VolumeType=gp3,VolumeSize=20,Encrypted=true,DeleteOnTermination=true}' --tag-specifications 'ResourceType=instance,Tags=[{Key=plan,Value=main},{Key=Name,Value=web1}]' 'ResourceType=volume,Tags=[{Key=plan,Value=main},{Key=Name,Value=web1/root}]' --query 'Instances[0].InstanceId' --output text --region eu-central-1",
    );
    expect(line(p, 'ssh_key.deploy')).toContain('"fileb://${HOME}/.ssh/id_ed25519.pub"');
  });

  it('asks for the image before it is used', async () => {
    const p = await make(...SERVER);
    expect(line(p, 'image.ubuntu-24.04-x86.eu-central-1')).toBe(
      'aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region eu-central-1',
    );
  });

  it('puts servers into two zones in turn', async () => {
    const p = await make(LAN, KEY, FIREWALL, WEB, { ...WEB, name: 'web2' }, { ...WEB, name: 'web3' });
    expect(['web1', 'web2', 'web3'].map((name) => /network_lan_public_[ab]/.exec(line(p, `server.${name}`))?.[0])).toEqual([
      'network_lan_public_a',
      'network_lan_public_b',
      'network_lan_public_a',
    ]);
  });

  it('lets a load balancer and a database in at the security groups of servers, and at no address', async () => {
    const p = await make(...ALL);
    expect(line(p, 'load_balancer.lb1.reach-web')).toContain(
      '"IpProtocol=tcp,FromPort=80,ToPort=80,UserIdGroupPairs=[{GroupId=${load_balancer_lb1_group}}]"',
    );
    expect(line(p, 'database.app.access')).toContain('GroupId=${firewall_web}}');
    expect(line(p, 'database.wiki.access')).toContain("'IpProtocol=tcp,FromPort=3306,ToPort=3306,IpRanges=[{CidrIp=10.0.0.0/16}]'");
    const open = p.steps
      .filter((one) => JSON.stringify(one.create).includes('0.0.0.0/0') && one.id.startsWith('database'))
      .map((one) => one.id);
    expect(open).toEqual([]);
  });

  it('deletes a load balancer before its target groups, and a record by what it says itself', async () => {
    const p = await make(...ALL);
    expect(ids(p).indexOf('load_balancer.lb1')).toBeGreaterThan(ids(p).indexOf('load_balancer.lb1.to-443'));
    const undo = JSON.stringify(step(p, 'dns_record.ssh.example.com.A').undo);
    expect(undo).toContain('"of":"dns_record.ssh.example.com.A","out":"address"');
    expect(line(p, 'dns_record.@.example.com.A')).toContain('"AliasTarget":{"DNSName":"\'"${load_balancer_lb1_dnsname}"\'"');
    expect(line(p, 'dns_record.@.example.com.MX')).toContain('{"Value":"10 mail.example.com."},{"Value":"20 mx.example.org."}');
    expect(line(p, 'dns_record.@.example.com.TXT')).toContain(String.raw`"Value":"\"v=spf1 include:\\\"x\\\" -all\""`);
  });

  it('takes a last copy of a volume and a database, and keeps snapshots', async () => {
    const p = await make(...ALL);
    expect(p.steps.filter((one) => one.rescue !== undefined).map((one) => one.id)).toEqual(
      ['volume.loose', 'volume.data', 'database.app', 'database.wiki']
        .filter((id) => ids(p).includes(id))
        .toSorted((a, b) => ids(p).indexOf(a) - ids(p).indexOf(b)),
    );
    expect(p.steps.filter((one) => one.keep).map((one) => one.id)).toEqual(['snapshot.before', 'snapshot.whole', 'snapshot.rows']);
  });
});

describe('refusals', () => {
  const cases: [what: string, resources: Resource[], says: RegExp][] = [
    ['an S3 name with an underscore', [{ kind: 'bucket', name: 'my_bucket' }], /no underscores/],
    ['a database name in capitals', [{ kind: 'database', name: 'App' }, LAN], /lower-case/],
    ['a load balancer name that leaves no room for a port', [{ kind: 'load_balancer', name: 'a'.repeat(27) }, LAN], /1 to 26/],
    ['a security group that looks like an id', [{ kind: 'firewall', name: 'sg-1' }], /not beginning with sg-/],
    ['a wildcard in a name that becomes a filter', [{ kind: 'volume', name: 'data*' }], /is no name/],
    ['a region that does not exist', [{ ...KEY, region: 'eu-nowhere-1' }], /is no region of AWS/],
    ['a type that nobody knows', [...SERVER.slice(1), { ...WEB, size: 't3.gigantic' }], /no server type/],
    ['a need in a region without prices', [{ ...WEB, region: 'eu-north-1', size: { vcpu: 2 }, sshKeys: [], firewalls: [] }], /Name a type/],
    ['an old type without a successor of its architecture', [...SERVER.slice(1), { ...WEB, size: 'c5.large' }], /c7g \/ c7i.*c7g\.large/],
    ['a public key path that is a file address', [{ ...KEY, publicKeyPath: 'file:///etc/shadow' }], /read a local file/],
    ['an image that is a file address', [...SERVER.slice(1), { ...WEB, image: 'file:///etc/shadow' }], /read a local file/],
    [
      'a record that is a file address',
      [ZONE, { kind: 'dns_record', name: '@', type: 'TXT', zone: 'example.com', value: 'fileb:///etc/shadow' }],
      /read a local file/,
    ],
    [
      'a description with a character that AWS refuses',
      [{ ...FIREWALL, rules: [{ port: 443, description: 'büro' }] }],
      /security group rule cannot have/,
    ],
    [
      'a volume in another region than its server',
      [...SERVER, { kind: 'volume', name: 'data', server: 'web1', region: 'us-east-1' }],
      /web1 is in eu-central-1 and this volume in us-east-1/,
    ],
    [
      'an address in another region than its server',
      [...SERVER, { kind: 'static_ip', name: 'ip', server: 'web1', region: 'us-east-1' }],
      /stays in its region/,
    ],
    ['a network in another region', [...SERVER.slice(1), LAN, { ...WEB, region: 'us-east-1', network: 'lan' }], /stays in its region/],
    [
      'a firewall in two networks',
      [LAN, { ...LAN, name: 'dmz' }, KEY, FIREWALL, { ...WEB, network: 'lan' }, { ...WEB, name: 'web2', network: 'dmz' }],
      /belongs to one network/,
    ],
    ['a network that four subnets do not fit in', [{ ...LAN, cidr: '10.0.0.0/27' }], /\/26 or larger/],
    ['a server in no private subnet', [...SERVER.slice(1), { ...WEB, subnet: 'private' }], /has no network for it/],
    ['Docker without a way out', [...SERVER.slice(1), LAN, { ...WEB, network: 'lan', subnet: 'private', docker: true }], /no way out/],
    ['two keys for one server', [KEY, { ...KEY, name: 'other' }, FIREWALL, { ...WEB, sshKeys: ['deploy', 'other'] }], /one key/],
    ['backups as a switch', [...SERVER.slice(1), { ...WEB, backups: true }], /no switch on EC2/],
    ['a load balancer without a network', [...SERVER, { kind: 'load_balancer', name: 'lb1', targets: ['web1'] }], /two zones/],
    [
      'tcp and http behind one load balancer',
      [
        ...SERVER,
        LAN,
        { kind: 'load_balancer', name: 'lb1', targets: ['web1'], services: [{ port: 80 }, { protocol: 'tcp', port: 5000 }] },
      ],
      /Make two/,
    ],
    [
      'https without a certificate',
      [...SERVER, LAN, { kind: 'load_balancer', name: 'lb1', targets: ['web1'], services: [{ protocol: 'https' }] }],
      /needs a certificate/,
    ],
    [
      'a certificate of another region',
      [
        ...SERVER,
        LAN,
        ZONE,
        { ...SITE, region: 'us-east-1' },
        { kind: 'load_balancer', name: 'lb1', targets: ['web1'], services: [{ certificate: 'site' }] },
      ],
      /same region/,
    ],
    ['a certificate for a domain outside its zone', [ZONE, { ...SITE, domains: ['example.org'] }], /does not lie in zone/],
    ['a database smaller than RDS sells', [LAN, { kind: 'database', name: 'app', storageGb: 10 }], /at least 20 GB/],
    ['a database class that nobody knows', [LAN, { kind: 'database', name: 'app', size: 'db.m1.small' }], /no database class/],
    ['a database that nobody may reach', [{ kind: 'database', name: 'app' }], /name the servers that may connect/],
    [
      'a snapshot of two things',
      [...SERVER, { kind: 'volume', name: 'data' }, { kind: 'snapshot', name: 'copy', server: 'web1', volume: 'data' }],
      /is of one thing/,
    ],
    [
      "the zone's own NS record",
      [ZONE, { kind: 'dns_record', name: '@', type: 'NS', zone: 'example.com', value: 'ns1.example.org' }],
      /comes with the zone/,
    ],
  ];
  it.each(cases)('%s', async (_, resources, says) => {
    expect(await refusal(...resources)).toMatch(says);
  });
});

describe('records of other providers', () => {
  it('cannot name a load balancer of AWS, which has no address', async () => {
    const zone = { ...ZONE, provider: 'hetzner' };
    const record = { kind: 'dns_record', name: 'www', zone: 'example.com', provider: 'hetzner', target: 'lb1' };
    expect(await refusal(...SERVER, LAN, { kind: 'load_balancer', name: 'lb1', targets: ['web1'] }, zone, record)).toMatch(
      /has no address of its own/,
    );
  });
});

describe('what is old is replaced', () => {
  it.each([
    ['m5.large', 'm7i.large'],
    ['m4.xlarge', 'm7i.xlarge'],
    ['t2.micro', 't3.micro'],
    ['a1.large', 't4g.large'],
  ])('%s by %s, of the same architecture', async (old, next) => {
    const p = await make(...SERVER.slice(1), { ...WEB, size: old });
    expect(line(p, 'server.web1')).toContain(`--instance-type ${next} `);
    expect(p.warnings.join()).toContain(`${old} is of an old generation`);
  });

  it('a database version without support by its successor', async () => {
    const p = await make(LAN, { kind: 'database', name: 'app', engine: 'mysql', version: '8.0.36' });
    expect(line(p, 'database.app')).toContain('--engine mysql --engine-version 8.4 ');
    expect(p.warnings.join()).toContain('mysql 8.0.36 has had no standard support since 2026-07-31');
  });

  it('an image past its end of life by its successor', async () => {
    const p = await make(...SERVER.slice(1), { ...WEB, image: 'ubuntu-20.04' });
    expect(ids(p)).toContain('image.ubuntu-24.04-x86.eu-central-1');
  });
});

describe('costs', () => {
  it('are of the catalog, with date and source', async () => {
    const p = await make(...ALL);
    const server = costs(p).find((one) => one.what === 'server web1 (t3.small)');
    expect(server).toMatchObject({ currency: 'USD', monthly: expect.closeTo(17.52, 2) });
    expect(costs(p).every((one) => one.source !== '' && (one.monthly !== undefined || one.rate !== undefined))).toBe(true);
    const known = costs(p).filter((one) => one.monthly !== null && one.rate === undefined);
    expect(known.length).toBeGreaterThan(10);
  });

  it('count the standby of a database, and every public address once', async () => {
    const one = costs(await make(LAN, { kind: 'database', name: 'app', size: 'db.t4g.micro' }));
    const two = costs(await make(LAN, { kind: 'database', name: 'app', size: 'db.t4g.micro', highAvailability: true }));
    expect(two[0]?.monthly).toBeCloseTo(2 * (one[0]?.monthly as number), 5);
    const addresses = costs(await make(...ALL))
      .filter((cost) => /address|IPv4/.test(cost.what))
      .map((cost) => cost.what);
    expect(addresses.toSorted()).toEqual(['address front', 'two public IPv4 of lb1', 'two public IPv4 of tcp1']);
  });

  it('are unknown where the catalog has no price, never zero', async () => {
    const p = await plan({ provider: 'aws', region: 'eu-north-1', resources: SERVER });
    expect(costs(p).map((one) => one.monthly ?? one.rate?.amount ?? null)).toEqual(costs(p).map(() => null));
    expect(p.preflight.map((one) => one.title)).toContain('is t3.small offered in eu-north-1?');
  });
});

describe('what is said', () => {
  it('names the default VPC, a volume without a file system, a zone to be delegated', async () => {
    const p = await make(...SERVER, { kind: 'volume', name: 'data', server: 'web1', format: 'xfs' }, ZONE);
    expect(p.assumptions.join('\n')).toMatch(/server\.web1: the account's default VPC/);
    expect(p.warnings.join('\n')).toMatch(/sudo mkfs -t xfs/);
    expect(p.warnings.join('\n')).toMatch(/registrar/);
  });

  it('warns of a database port that a load balancer opens to everybody', async () => {
    const p = await make(...SERVER, LAN, {
      kind: 'load_balancer',
      name: 'lb1',
      targets: ['web1'],
      services: [{ protocol: 'tcp', port: 5432 }],
    });
    expect(p.warnings.join()).toMatch(/opens port 5432 \(PostgreSQL\) to the whole internet/);
  });
});
