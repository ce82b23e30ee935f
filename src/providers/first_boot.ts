import type { LocalFile } from '../core/plan.ts';
import type { Spec } from '../resources/index.ts';
import { WORLD } from './network_rules.ts';
import type { Context } from './provider.ts';

type Booted = Pick<Spec<'server' | 'autoscaling_group'>, 'kind' | 'name' | 'docker' | 'user' | 'userData' | 'firewalls' | 'network'>;

/** What a first-boot file does, in the order in which cloud-init does it. */
interface FirstBoot {
  /** Commands of every boot, before anything is installed. */
  readonly boot: readonly string[];
  readonly packages: readonly string[];
  readonly run: readonly string[];
  /** Further top-level keys, as lines of YAML. */
  readonly more: readonly string[];
}

/** How a family of distributions is kept up to date, guarded, and given Docker. */
interface Family {
  readonly os: RegExp;
  readonly updates: Partial<FirstBoot>;
  readonly docker: Partial<FirstBoot>;
  /** A host firewall that lets in these TCP and UDP ports, and all of a network. */
  readonly wall: (ports: readonly string[], network: string | undefined) => Partial<FirstBoot>;
  /** The group that may become root. */
  readonly admins: string;
}

/**
 * dnf-automatic of dnf 4 and dnf5-automatic read the same file, and have different timers (man pages dnf-automatic(8) and
 * dnf5-automatic(8), read 2026-11-25).
 */
const DNF_UPDATES = String.raw`printf '[commands]\nupgrade_type = security\napply_updates = yes\n' > /etc/dnf/automatic.conf`;
const DNF_TIMER = 'systemctl enable --now dnf5-automatic.timer || systemctl enable --now dnf-automatic.timer';

const firewalld: Family['wall'] = (ports, network) => ({
  packages: ['firewalld'],
  run: [
    'systemctl enable --now firewalld',
    'firewall-cmd --permanent --add-service=ssh',
    ...ports.map((port) => `firewall-cmd --permanent --add-port=${port}`),
    ...(network === undefined ? [] : [`firewall-cmd --permanent --zone=trusted --add-source=${network}`]),
    'firewall-cmd --reload',
  ],
});

/**
 * Amazon Linux 2023 looks for updates in the release that its image was made from, where there never are any, until it is
 * told to follow the latest (docs.aws.amazon.com/linux/al2023/ug/deterministic-upgrades-usage.html, read 2026-11-25).
 */
const FOLLOW_LATEST = 'echo latest > /etc/dnf/vars/releasever';

/**
 * Docker's own packages for the relatives of RHEL, which have none in their distribution: those for CentOS, since Docker's
 * for RHEL came months later for release 10 (github.com/rocky-linux/documentation/issues/2854, read 2026-11-25).
 */
const DOCKER_REPOSITORY = `yum_repos:
  docker-ce:
    name: Docker CE
    baseurl: https://download.docker.com/linux/centos/$releasever/$basearch/stable
    enabled: true
    gpgcheck: true
    gpgkey: https://download.docker.com/linux/centos/gpg
`;

const dnf = (os: RegExp, automatic: string, docker: Partial<FirstBoot>, before: readonly string[] = []): Family => ({
  os,
  updates: { packages: [automatic], run: [...before, DNF_UPDATES, DNF_TIMER] },
  docker,
  wall: firewalld,
  admins: 'wheel',
});

const FAMILIES: readonly Family[] = [
  {
    os: /^(?:ubuntu|debian)-/,
    updates: { packages: ['unattended-upgrades'] },
    // The compose plugin's package has two names: docker-compose-v2 on Ubuntu, docker-compose on Debian 13. On Debian 11 and
    // 12 docker-compose is the older program of that name (Debian's package lists, read 2026-11-25).
    docker: { packages: ['docker.io'], run: ['apt-get install -y docker-compose-v2 || apt-get install -y docker-compose'] },
    wall: (ports, network) => ({
      packages: ['ufw'],
      run: [
        'ufw allow 22/tcp',
        ...ports.map((port) => `ufw allow ${port.replace('-', ':')}`),
        ...(network === undefined ? [] : [`ufw allow from ${network}`]),
        'ufw --force enable',
      ],
    }),
    admins: 'sudo',
  },
  // The engine and its command are two packages (packages.fedoraproject.org/pkgs/moby-engine/docker-cli, read 2026-11-25).
  dnf(/^fedora-/, 'dnf5-plugin-automatic', { packages: ['moby-engine', 'docker-cli', 'docker-compose'] }),
  dnf(/^amazon-linux-/, 'dnf-automatic', { packages: ['docker'] }, [FOLLOW_LATEST]),
  dnf(/^(?:almalinux|rocky|centos-stream)-/, 'dnf-automatic', {
    packages: ['docker-ce', 'docker-ce-cli', 'containerd.io', 'docker-compose-plugin'],
    more: [DOCKER_REPOSITORY],
  }),
];

/**
 * What lets nobody in by password, as root or as the image's own user, which has the same key: a file of sshd's. The first
 * value counts, so it has to be read before the others.
 */
const KEYS_ONLY = '/etc/ssh/sshd_config.d/10-keys-only.conf';

/**
 * The user's key is the one that the cloud put on the server for root or for the image's own user. Where there is none,
 * nothing is closed: nobody is to be locked out.
 */
const keysOf = (user: string): string[] => [
  `install -d -m 700 -o ${user} -g ${user} /home/${user}/.ssh`,
  `cat /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys 2>/dev/null | grep -v '^no-port-forwarding' | grep '^\\(ssh\\|ecdsa\\|sk\\)-' | sort -u > /run/keys-of-${user} || true`,
  `install -m 600 -o ${user} -g ${user} /run/keys-of-${user} /home/${user}/.ssh/authorized_keys`,
  // SELinux lets sshd read what carries this label alone, and a file that a first boot makes may have another one.
  `if command -v restorecon > /dev/null; then restorecon -R /home/${user}/.ssh; fi`,
  `if [ -s /home/${user}/.ssh/authorized_keys ]; then mkdir -p /etc/ssh/sshd_config.d && printf 'PasswordAuthentication no\\nKbdInteractiveAuthentication no\\nPermitRootLogin no\\nAllowUsers ${user}\\n' > ${KEYS_ONLY}; fi`,
  // sshd has known Include since OpenSSH 8.2 (openssh.com/txt/release-8.2, by way of github.com/canonical/cloud-init/issues/3646,
  // read 2026-11-25). The relatives of RHEL 8 have 8.0: there it goes into the file itself.
  `if [ -s ${KEYS_ONLY} ] && ! grep -qi '^ *include ' /etc/ssh/sshd_config && ! head -n 1 /etc/ssh/sshd_config | grep -qx 'PasswordAuthentication no'; then cat ${KEYS_ONLY} /etc/ssh/sshd_config > /run/sshd_config && cat /run/sshd_config > /etc/ssh/sshd_config; fi`,
  // Where a socket starts sshd (Ubuntu 24.04) it may not run yet: that is no failure of the first boot.
  `if [ -s ${KEYS_ONLY} ]; then systemctl try-reload-or-restart ssh || systemctl try-reload-or-restart sshd; fi`,
];

/**
 * The label by which a server's first boot mounts a volume, or undefined where it cannot: the volume is attached later,
 * so that nothing else of it is known by then. A label has 12 characters on xfs.
 */
export function mountLabel(volume: Spec<'volume'>, server: Spec<'server'>): string | undefined {
  return (server.docker || server.user !== undefined) && volume.name.length <= 12 ? volume.name : undefined;
}

/** Mounts volumes as soon as they are there, at this boot and at each later one. */
function mounts(cx: Context, spec: Booted): string[] {
  if (cx.providerOf(cx.spec(spec.kind, spec.name)) !== 'aws' || spec.kind !== 'server') return [];
  const server = cx.spec('server', spec.name);
  return cx
    .all('volume')
    .filter((volume) => volume.server === spec.name && mountLabel(volume, server) !== undefined)
    .map(({ name, format }) => {
      const line = `LABEL=${name} /mnt/${name} ${format} defaults,nofail 0 2`;
      // A server made from an image of this one has the line already, and its first boot too.
      return `mkdir -p /mnt/${name} && (grep -qxF '${line}' /etc/fstab || echo '${line}' >> /etc/fstab)`;
    });
}

/**
 * The first-boot file of a server: the user's own, or one that installs Docker from the distribution's packages, security
 * updates by themselves, and where a user is named one that SSH lets in by key alone, behind a host firewall. `boot` are
 * commands that it needs at every boot.
 */
export function userData(cx: Context, spec: Booted, os: string, boot: readonly string[] | undefined): LocalFile | undefined {
  if (spec.userData !== undefined)
    for (const field of ['docker', 'user'] as const)
      if (spec[field]) cx.fail(field, { message: `cannot be given together with userData; see to it in userData, or leave userData out.` });
  if (spec.userData !== undefined && boot !== undefined)
    cx.warn(
      `your own userData of ${spec.name} has to see to its way to the internet itself: without a public address it has no default route`,
    );
  const text = spec.userData ?? firstBoot(cx, spec, os, boot ?? []);
  return text === undefined ? undefined : { path: `${cx.plan}-${spec.name}-cloud-init.yaml`, text };
}

function firstBoot(cx: Context, spec: Booted, os: string, boot: readonly string[]): string | undefined {
  const { docker, user } = spec;
  if (!docker && user === undefined) return boot.length === 0 ? undefined : yaml([{ boot }]);
  const family = FAMILIES.find((one) => one.os.test(os));
  if (family === undefined)
    return cx.fail(docker ? 'docker' : 'user', {
      message: `how that is done on ${os} is not known here; do it in userData, or take ubuntu-24.04.`,
    });
  if (docker && os.startsWith('amazon-linux-'))
    cx.warn(`${os} has no package of docker compose: on ${spec.name} there is docker alone; ubuntu-24.04 has both`);
  const start = docker ? [{ run: ['systemctl enable --now docker'] }] : [];
  if (user === undefined) {
    // Where an image has a user of its own (AWS), that user may use the engine, which is what an SSH context needs.
    const members = { run: ['if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi'] };
    return yaml([{ boot }, family.docker, family.updates, ...start, members, { run: mounts(cx, spec) }]);
  }
  cx.assume(
    `${spec.kind} ${spec.name}: SSH lets in ${user} by key, who may become root, and nobody by password or as root; a host firewall lets in SSH and what its firewalls open${docker ? ', and Docker opens the ports that containers publish' : ''}; security updates install themselves`,
  );
  // Only where Docker is there is there a group of it.
  const groups = `users:\n  - default\n  - name: ${user}\n    groups: [${family.admins}]\n    shell: /bin/bash\n    sudo: "ALL=(ALL) NOPASSWD:ALL"\n    lock_passwd: true\n`;
  const network = spec.network === undefined ? undefined : cx.spec('network', spec.network).cidr;
  return yaml([
    { boot, more: [groups] },
    docker ? family.docker : {},
    family.updates,
    family.wall(openPorts(cx, spec.firewalls), network),
    ...start,
    docker ? { run: [`usermod -aG docker ${user}`] } : {},
    { run: mounts(cx, spec) },
    { run: keysOf(user) },
  ]);
}

/** What the plan's firewalls let in, as `443/tcp`; from where is theirs to say. */
function openPorts(cx: Context, firewalls: readonly string[]): string[] {
  const rules = firewalls.flatMap((name) => cx.spec('firewall', name).rules);
  const ports = rules.flatMap(({ direction, protocol, port, from = WORLD }) =>
    direction === 'out' || protocol === 'icmp' || port === undefined || from.length === 0
      ? []
      : [`${port === 'any' ? '1-65535' : port}/${protocol}`],
  );
  return [...new Set(ports)].filter((port) => port !== '22/tcp').sort();
}

function yaml(all: readonly Partial<FirstBoot>[]): string {
  const gather = (key: keyof FirstBoot) => all.flatMap((one) => one[key] ?? []);
  const [boot, packages, run] = [gather('boot'), gather('packages'), gather('run')];
  // What YAML takes for text as it stands.
  const item = (line: string): string => `  - ${/^[a-z](?!.*(?:: | #|:$))/.test(line) ? line : JSON.stringify(line)}\n`;
  return [
    '#cloud-config\n',
    ...(boot.length === 0 ? [] : ['bootcmd:\n', ...boot.map((line) => `  - ${JSON.stringify(line)}\n`)]),
    ...gather('more'),
    ...(packages.length === 0 ? [] : ['package_update: true\n', `packages: [${packages.join(', ')}]\n`]),
    ...(run.length === 0 ? [] : ['runcmd:\n', ...run.map(item)]),
  ].join('');
}
