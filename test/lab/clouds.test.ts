import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from './clouds/clock.ts';
import { type DigitalOceanCloud, digitalOceanCloud } from './clouds/digitalocean.ts';
import { type HetznerCloud, hetznerCloud } from './clouds/hetzner.ts';

/** What the fakes refuse, and how they answer: a fake that lets everything through proves nothing. */

// biome-ignore lint/suspicious/noExplicitAny: JSON of the clouds' APIs
type Json = any;
type Call = (method: string, path: string, body?: object) => Promise<{ readonly status: number; readonly json: Json }>;

const caller =
  (base: string, token: string): Call =>
  async (method, path, body) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
  };

const PUBLIC_KEY = (n: number): string => `ssh-ed25519 ${Buffer.from(`key number ${n}`).toString('base64')} lab`;

describe('the fake of Hetzner', () => {
  let cloud: HetznerCloud;
  let call: Call;
  beforeAll(async () => {
    cloud = await hetznerCloud({ clock: manualClock() });
    call = caller(cloud.env.HCLOUD_ENDPOINT as string, cloud.env.HCLOUD_TOKEN as string);
  });
  afterEach(() => cloud.reset());
  afterAll(() => cloud.stop());
  const server = (more: object) =>
    call('POST', '/servers', { name: 'web1', server_type: 'cx23', image: 'ubuntu-24.04', location: 'fsn1', ...more });

  it('answers an unknown route with 501, and remembers it', async () => {
    expect((await call('GET', '/floating_things')).status).toBe(501);
    expect((await call('GET', '/servers?unheard=of')).status).toBe(501);
    expect(cloud.unknown).toEqual(['GET /floating_things', 'GET /servers?unheard=of']);
  });

  it('lets nobody in without the token', async () => {
    expect((await caller(cloud.env.HCLOUD_ENDPOINT as string, 'x')('GET', '/servers')).status).toBe(401);
  });

  it('pages its lists', async () => {
    for (let n = 0; n < 27; n++) await call('POST', '/ssh_keys', { name: `key-${n}`, public_key: PUBLIC_KEY(n) });
    const first = (await call('GET', '/ssh_keys')).json;
    expect(first.ssh_keys).toHaveLength(25);
    expect(first.meta.pagination).toMatchObject({ next_page: 2, last_page: 2, total_entries: 27 });
    const second = (await call('GET', '/ssh_keys?page=2')).json;
    expect(second.ssh_keys.map((one: Json) => one.name)).toEqual(['key-25', 'key-26']);
    expect((await call('GET', '/ssh_keys?per_page=500')).json.meta.pagination.per_page).toBe(50);
  });

  it('finishes an action a moment later, and only then shows its effect', async () => {
    await call('POST', '/networks', { name: 'lan', ip_range: '10.0.0.0/16' });
    const id = (await call('GET', '/networks')).json.networks[0].id;
    const { json } = await call('POST', `/networks/${id}/actions/add_subnet`, {
      type: 'cloud',
      ip_range: '10.0.0.0/24',
      network_zone: 'eu-central',
    });
    expect(json.action.status).toBe('running');
    expect(await cloud.state()).toMatchObject({ subnet: ['lan eu-central 10.0.0.0/24'] });
    expect((await call('GET', `/actions/${json.action.id}`)).json.action).toMatchObject({ status: 'success', progress: 100 });
  });

  it.each([
    ['no name', 'POST', '/networks', { ip_range: '10.0.0.0/16' }, 422, 'invalid_input'],
    ['a public range', 'POST', '/networks', { name: 'lan', ip_range: '198.51.100.0/24' }, 422, 'invalid_input'],
    ['host bits', 'POST', '/networks', { name: 'lan', ip_range: '10.0.0.1/16' }, 422, 'invalid_input'],
    ['no key', 'POST', '/ssh_keys', { name: 'a', public_key: 'nonsense' }, 422, 'invalid_input'],
    ['a label that is none', 'POST', '/ssh_keys', { name: 'a', public_key: PUBLIC_KEY(1), labels: { a: 'b c' } }, 422, 'invalid_input'],
    [
      'a rule without sources',
      'POST',
      '/firewalls',
      { name: 'f', rules: [{ direction: 'in', protocol: 'tcp', port: '80' }] },
      422,
      'invalid_input',
    ],
    [
      'a port for icmp',
      'POST',
      '/firewalls',
      { name: 'f', rules: [{ direction: 'in', protocol: 'icmp', port: '1', source_ips: ['0.0.0.0/0'] }] },
      422,
      'invalid_input',
    ],
    ['a volume that is too small', 'POST', '/volumes', { name: 'v', size: 9, location: 'fsn1' }, 422, 'invalid_input'],
    ['a volume at no place', 'POST', '/volumes', { name: 'v', size: 10 }, 422, 'invalid_input'],
    ['a location that is not there', 'POST', '/volumes', { name: 'v', size: 10, location: 'nowhere' }, 404, 'not_found'],
    ['a certificate without domains', 'POST', '/certificates', { name: 'c', type: 'managed' }, 422, 'invalid_input'],
    ['a zone that is none', 'POST', '/zones', { name: 'example', mode: 'primary' }, 422, 'invalid_input'],
  ])('refuses %s', async (_what, method, path, body, status, code) => {
    const { json, status: got } = await call(method, path, body);
    expect([got, json.error?.code]).toEqual([status, code]);
    expect(await cloud.state()).toEqual({});
  });

  it.each([
    ['a type that is retired', { server_type: 'cx11' }, 404, 'not_found'],
    ['a type that is not sold there', { location: 'ash' }, 422, 'invalid_input'],
    ['an image of another architecture', { server_type: 'cax11', image: 'none' }, 404, 'not_found'],
    ['a key that is not there', { ssh_keys: [1] }, 404, 'not_found'],
    ['a network that is not there', { networks: [1] }, 404, 'not_found'],
    ['a name that is no host name', { name: 'my_server' }, 422, 'invalid_input'],
    ['neither address nor network', { public_net: { enable_ipv4: false, enable_ipv6: false } }, 422, 'invalid_input'],
    ['too long a first-boot file', { user_data: 'x'.repeat(32 * 1024 + 1) }, 422, 'invalid_input'],
  ])('refuses a server with %s', async (_what, more, status, code) => {
    const { json, status: got } = await server(more);
    expect([got, json.error?.code]).toEqual([status, code]);
    expect(await cloud.state()).toEqual({});
  });

  it('refuses a name that is taken, a network without a subnet, a type that is sold out', async () => {
    const lan = (await call('POST', '/networks', { name: 'lan', ip_range: '10.0.0.0/16' })).json.network.id;
    expect((await call('POST', '/networks', { name: 'lan', ip_range: '10.1.0.0/16' })).json.error.code).toBe('uniqueness_error');
    expect((await server({ networks: [lan] })).json.error.code).toBe('no_subnet_available');
    cloud.stock('cx23', false);
    expect((await server({})).json.error.code).toBe('resource_unavailable');
  });

  it('refuses a target in another network zone, and one that is not in its network', async () => {
    const far = (await server({ name: 'far', server_type: 'cpx11', location: 'ash' })).json.server.id;
    const near = (await server({ name: 'near' })).json.server.id;
    const lb = (await call('POST', '/load_balancers', { name: 'lb', load_balancer_type: 'lb11', location: 'fsn1' })).json.load_balancer.id;
    const target = async (id: number, use_private_ip = false) =>
      (await call('POST', `/load_balancers/${lb}/actions/add_target`, { type: 'server', server: { id }, use_private_ip })).json.error?.code;
    expect(await target(far)).toBe('invalid_input');
    expect(await target(near, true)).toBe('load_balancer_not_attached_to_network');
    expect(await target(near)).toBeUndefined();
    expect(await target(near)).toBe('target_already_defined');
  });

  it('refuses to delete what is in use, and lets go a moment after the user is gone', async () => {
    const rules = [{ direction: 'in', protocol: 'tcp', port: '443', source_ips: ['0.0.0.0/0'] }];
    const firewall = (await call('POST', '/firewalls', { name: 'web', rules })).json.firewall.id;
    const { id } = (await server({ firewalls: [{ firewall }] })).json.server;
    const volume = (await call('POST', '/volumes', { name: 'data', size: 10, location: 'fsn1' })).json.volume.id;
    await call('POST', `/volumes/${volume}/actions/attach`, { server: id });
    await cloud.state();
    for (const path of [`/firewalls/${firewall}`, `/volumes/${volume}`])
      expect((await call('DELETE', path)).json.error.code).toBe('resource_in_use');
    await call('DELETE', `/servers/${id}`);
    expect((await call('DELETE', `/firewalls/${firewall}`)).json.error.code).toBe('resource_in_use');
    await cloud.state();
    for (const path of [`/firewalls/${firewall}`, `/volumes/${volume}`]) expect((await call('DELETE', path)).status).toBe(204);
    expect(await cloud.state()).toEqual({});
  });

  it('keeps what there is and brings it back, more than once', async () => {
    await call('POST', '/networks', { name: 'lan', ip_range: '10.0.0.0/16' });
    const restore = await cloud.snapshot?.();
    for (let n = 0; n < 2; n++) {
      const { id } = (await call('GET', '/networks')).json.networks[0];
      await call('DELETE', `/networks/${id}`);
      expect(await cloud.state()).toEqual({});
      if (n === 1) cloud.reset();
      restore?.();
      expect(await cloud.state()).toEqual({ network: ['lan'] });
    }
  });

  it('refuses every change, and only those, while it is told to; such requests are no changes', async () => {
    const refusal = cloud.refuseWrites?.('quota');
    const { status, json } = await call('POST', '/networks', { name: 'lan', ip_range: '10.0.0.0/16' });
    expect([status, json.error.message]).toEqual([403, refusal?.message]);
    expect((await call('GET', '/networks')).status).toBe(200);
    expect(cloud.writes()).toEqual([]);
    refusal?.end();
    expect((await call('POST', '/networks', { name: 'lan', ip_range: '10.0.0.0/16' })).status).toBe(201);
    expect(cloud.writes()).toEqual(['POST /networks']);
  });
});

describe('the fake of DigitalOcean', () => {
  let cloud: DigitalOceanCloud;
  let call: Call;
  beforeAll(async () => {
    cloud = await digitalOceanCloud({ clock: manualClock() });
    call = caller(`${cloud.env.DIGITALOCEAN_API_URL}/v2`, cloud.env.DIGITALOCEAN_ACCESS_TOKEN as string);
  });
  afterEach(() => cloud.reset());
  afterAll(() => cloud.stop());
  const droplet = (more: object) =>
    call('POST', '/droplets', { name: 'web9', region: 'fra1', size: 's-1vcpu-1gb', image: 'ubuntu-24-04-x64', ...more });

  it('answers an unknown route with 501, and remembers it', async () => {
    expect((await call('GET', '/byoip_prefixes')).status).toBe(501);
    expect(cloud.unknown).toEqual(['GET /v2/byoip_prefixes']);
  });

  it('lets nobody in without the token', async () => {
    expect((await caller(`${cloud.env.DIGITALOCEAN_API_URL}/v2`, 'x')('GET', '/droplets')).status).toBe(401);
  });

  it('pages its lists, with a way to the next page', async () => {
    const first = (await call('GET', '/tags?per_page=200')).json;
    expect(first.tags).toHaveLength(200);
    expect(first.links.pages.next).toContain('page=2');
    const second = (await call('GET', '/tags?per_page=200&page=2')).json;
    expect(second.tags).toHaveLength(first.meta.total - 200);
    expect(second.links.pages.next).toBeUndefined();
  });

  it('is at work on a droplet for a moment, and does one thing at a time', async () => {
    const { json } = await droplet({});
    expect(json.droplet.status).toBe('new');
    expect((await call('POST', `/droplets/${json.droplet.id}/actions`, { type: 'snapshot', name: 'a' })).json.message).toMatch(
      /pending event/,
    );
    expect(await cloud.state()).toEqual({ droplet: ['web9 s-1vcpu-1gb active'] });
  });

  it.each([
    ['a size that is not there', { size: 's-0' }],
    ['a region that is not there', { region: 'mars1' }],
    ['an image that is not there', { image: 'ubuntu-14-04-x64' }],
    ['a key that is not there', { ssh_keys: [77] }],
    ['a name that is no host name', { name: 'my_server' }],
    ['a tag that is none', { tags: ['no spaces'] }],
    ['a network of another region', { region: 'ams3', vpc_uuid: 'vpc-1' }],
  ])('refuses a droplet with %s', async (_what, more) => {
    expect((await droplet(more)).status).toBe(422);
    expect(await cloud.state()).toEqual({});
  });

  it.each([
    ['a name that is taken', '/vpcs', { name: 'default-fra1', region: 'fra1', ip_range: '10.9.0.0/16' }, 409],
    ['a range that is taken', '/vpcs', { name: 'lan', region: 'fra1', ip_range: '10.114.0.0/20' }, 422],
    [
      'a firewall for a tag that is not there',
      '/firewalls',
      { name: 'f', tags: ['none'], inbound_rules: [{ protocol: 'tcp', ports: '80', sources: { addresses: ['0.0.0.0/0'] } }] },
      422,
    ],
    ['a firewall without rules', '/firewalls', { name: 'f' }, 422],
    ['a volume with capitals', '/volumes', { name: 'Data', region: 'fra1', size_gigabytes: 10, filesystem_type: 'ext4' }, 422],
    [
      'a database of an unknown size',
      '/databases',
      { name: 'app-db', engine: 'pg', version: '17', region: 'fra1', size: 'db-x', num_nodes: 1 },
      422,
    ],
    [
      'a database of an unknown version',
      '/databases',
      { name: 'app-db', engine: 'pg', version: '9', region: 'fra1', size: 'db-s-1vcpu-1gb', num_nodes: 1 },
      422,
    ],
    ['a certificate for a domain that is elsewhere', '/certificates', { name: 'c', type: 'lets_encrypt', dns_names: ['example.org'] }, 422],
    ['a load balancer without rules', '/load_balancers', { name: 'lb', region: 'fra1', size_unit: 1 }, 422],
    ['an address for nothing', '/reserved_ips', {}, 422],
  ])('refuses %s', async (_what, path, body, status) => {
    expect((await call('POST', path, body)).status).toBe(status);
    expect(await cloud.state()).toEqual({});
  });

  it('refuses to delete what is in use', async () => {
    const vpc = (await call('POST', '/vpcs', { name: 'lan', region: 'fra1', ip_range: '10.9.0.0/16' })).json.vpc.id;
    const { id } = (await droplet({ vpc_uuid: vpc })).json.droplet;
    const volume = (await call('POST', '/volumes', { name: 'data', region: 'fra1', size_gigabytes: 10, filesystem_type: 'ext4' })).json
      .volume.id;
    await cloud.state();
    await call('POST', `/volumes/${volume}/actions`, { type: 'attach', droplet_id: id });
    await cloud.state();
    expect((await call('DELETE', `/volumes/${volume}`)).status).toBe(409);
    expect((await call('DELETE', `/vpcs/${vpc}`)).status).toBe(403);
    await call('DELETE', `/droplets/${id}`);
    await cloud.state();
    expect((await call('DELETE', `/volumes/${volume}`)).status).toBe(204);
    expect((await call('DELETE', `/vpcs/${vpc}`)).status).toBe(204);
    expect(await cloud.state()).toEqual({});
  });

  it("says so when what is another's was changed", async () => {
    await call('DELETE', '/droplets/2');
    expect((await cloud.state()).foreign).toHaveLength(1);
  });

  it('keeps what there is and brings it back, more than once', async () => {
    await droplet({});
    const restore = await cloud.snapshot?.();
    const there = await cloud.state();
    for (let n = 0; n < 2; n++) {
      const { id } = (await call('GET', '/droplets')).json.droplets.find((one: Json) => one.name === 'web9');
      await call('DELETE', `/droplets/${id}`);
      expect(await cloud.state()).toEqual({});
      if (n === 1) cloud.reset();
      restore?.();
      expect(await cloud.state()).toEqual(there);
    }
  });
});
