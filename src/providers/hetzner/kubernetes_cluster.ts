import { type Arg, type Command, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { isWorld } from '../../resources/fields.ts';
import type { Spec } from '../../resources/index.ts';
import type { Context, Emit } from '../provider.ts';
import { hcloud } from './cli.ts';

/**
 * First boot of a node: k3s's own installer of exactly this release, which checks the binary against the release's list of
 * checksums. The first node becomes the control plane, and makes the cluster's token by itself; the others wait to be
 * told. Of Hetzner's images eth0 is the public side, so what is not is the private network's. Security updates install themselves.
 */
const boot = (release: string, first: boolean, network: boolean): string => `#cloud-config
package_update: true
packages: [curl, unattended-upgrades]
write_files:
  - path: /usr/local/sbin/install-node
    permissions: "0755"
    content: |
      #!/bin/sh
      # install-node server|agent: installs k3s ${release}, with the addresses of this machine.
      set -eu
      role=$1
      shift
      if [ "$role" = server ]; then
        set -- "$@" --tls-san "$(ip -o -4 addr show dev eth0 | awk '{ sub("/.*", "", $4); print $4; exit }')"
      fi
${
  network
    ? `      for try in $(seq 60); do
        private=$(ip -o -4 addr show scope global | awk '$2 != "eth0" && $2 !~ /^(cni|flannel)/ { sub("/.*", "", $4); print $4, $2; exit }')
        [ -z "$private" ] || break
        sleep 2
      done
      [ -n "$private" ]
      set -- "$@" --node-ip "\${private% *}" --flannel-iface "\${private#* }"
`
    : ''
}      curl -fsSL --retry 5 -o /usr/local/sbin/k3s-install https://raw.githubusercontent.com/k3s-io/k3s/${encodeURIComponent(release)}/install.sh
      INSTALL_K3S_VERSION=${release} sh /usr/local/sbin/k3s-install "$role" "$@"
${first ? 'runcmd:\n  - /usr/local/sbin/install-node server\n' : ''}`;

const release = (version: string | undefined): string => `v${version ?? ''}+k3s1`;
const nodeNames = (spec: Spec<'kubernetes_cluster'>): string[] => Array.from({ length: spec.nodes }, (_, i) => `${spec.name}-${i + 1}`);

/** Hetzner sells no Kubernetes: a cluster is servers of the plan, behind a firewall of their own. */
export function nodes(spec: Spec<'kubernetes_cluster'>): Record<string, unknown>[] {
  const firewall = `${spec.name}-nodes`;
  return [
    {
      kind: 'firewall',
      name: firewall,
      rules: [22, 6443].flatMap((port) => (spec.access.length === 0 ? [] : [{ port, from: spec.access }])),
    },
    ...nodeNames(spec).map((name, i) => ({
      kind: 'server',
      name,
      size: spec.size,
      firewalls: [firewall],
      network: spec.network,
      userData: boot(release(spec.version), i === 0, spec.network !== undefined),
    })),
  ];
}

/**
 * A command on a server, by the ssh of the user's own machine. A server that was just made is new to it, so its key is
 * taken on first sight, and refused should it ever change.
 */
function on(server: string, text: Arg, ...options: Arg[]): Command {
  return hcloud(
    'server',
    'ssh',
    '--',
    server,
    '-o',
    'BatchMode=yes',
    '-o',
    'StrictHostKeyChecking=accept-new',
    '-o',
    'ConnectTimeout=30',
    ...options,
    text,
  );
}

/**
 * k3s on servers of the plan: one control plane, and workers that join it in their private network. A worker gets the
 * cluster's token from the control plane over the user's SSH, in the environment (as LC_ variables are let through by
 * Debian's and Ubuntu's servers): it is in no file of the plan, on no process list, and is not printed.
 */
export const kubernetesCluster: Emit<'kubernetes_cluster'> = (spec, cx) => {
  check(spec, cx);
  const [first, ...workers] = nodeNames(spec) as [string, ...string[]];
  const label = `kubernetes=${spec.version}`;
  const ready = query(
    hcloud('server', 'list', '--selector', `plan=${cx.plan},name=${first},${label}`, '-o', 'noheader', '-o', 'columns=id'),
  );
  const server = cx.of('server', first, 'name');
  const api = on(first, 'k3s kubectl get --raw=/readyz');
  cx.assume(
    `kubernetes_cluster ${spec.name}: /etc/rancher/k3s/k3s.yaml on ${first} is its administrator's kubeconfig: copy it by scp into a file that only you may read, with the server's address in place of 127.0.0.1`,
  );
  cx.assume(
    `kubernetes_cluster ${spec.name}: k3s on servers of the plan; hetzner-k3s (github.com/vitobotta/hetzner-k3s) makes what is not planned here: three control planes, nodes that follow the load, load balancers and volumes by Kubernetes itself`,
  );
  cx.warn(
    `kubernetes_cluster ${spec.name} has one control plane, ${first}: while it is down the cluster cannot be changed, and its state lies on that server alone`,
  );
  return [
    {
      id: cx.part('boot'),
      title: `first boot of ${first}`,
      resource: cx.id,
      provider: 'hetzner',
      find: ready,
      create: on(first, 'cloud-init status --wait > /dev/null; k3s kubectl get --raw=/readyz'),
      patience: 900,
      verify: { query: query(api), expect: 'ok' },
      within: `server.${first}`,
      // All servers boot at the same time.
      after: nodeNames(spec).map((name) => `server.${name}`),
      hint: `hcloud server ssh ${first} cat /var/log/cloud-init-output.log says what its first boot did.`,
      effects: [{ kind: 'changes', what: `${first} installs k3s ${release(spec.version)} and becomes the control plane` }],
    },
    {
      id: cx.id,
      title: `Kubernetes cluster ${spec.name}`,
      resource: cx.id,
      provider: 'hetzner',
      find: ready,
      create: hcloud('server', 'add-label', '--overwrite', server, label),
      outputs: { name: spec.name },
      verify: { query: ready },
      within: `server.${first}`,
      after: [cx.part('boot')],
      effects: [{ kind: 'creates', what: `Kubernetes cluster ${spec.name} (k3s), ${spec.nodes} node${spec.nodes === 1 ? '' : 's'}` }],
    },
    ...workers.map((worker): Step => joins(worker, first, cx)),
  ];
};

function joins(worker: string, first: string, cx: Context): Step {
  const found = query(on(first, `k3s kubectl get node ${worker} --ignore-not-found -o name`));
  return {
    id: cx.part(worker),
    title: `${worker} joins`,
    resource: cx.id,
    provider: 'hetzner',
    find: found,
    create: {
      ...on(
        worker,
        [
          'cloud-init status --wait > /dev/null; umask 077; [ -n "$LC_K3S" ] && printf %s "$LC_K3S" > ~/.k3s && K3S_TOKEN_FILE=~/.k3s K3S_URL=https://',
          cx.of('server', first, 'privateIpv4'),
          ':6443 install-node agent',
        ] as Arg,
        '-o',
        'SendEnv=LC_K3S',
      ),
      env: { LC_K3S: { asked: query(on(first, 'cat /var/lib/rancher/k3s/server/node-token')) } },
    },
    patience: 600,
    outputs: { id: found },
    verify: {
      query: query(on(first, `k3s kubectl get node ${worker} -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}'`)),
      expect: 'True',
    },
    within: `server.${worker}`,
    hint: `${worker} takes the cluster's token from a variable that begins with LC_, which its sshd has to accept, as that of Debian and Ubuntu does.`,
    after: [cx.id, `server.${worker}`],
    effects: [{ kind: 'changes', what: `${worker} is a node of cluster ${cx.id.slice('kubernetes_cluster.'.length)}` }],
  };
}

function check(spec: Spec<'kubernetes_cluster'>, cx: Context): void {
  if (spec.version === undefined || !/^1\.\d+\.\d+$/.test(spec.version))
    cx.fail('version', {
      message: `${spec.version === undefined ? 'is missing; give' : 'is no whole release; give'} that of k3s which is to be installed, like 1.34.1 (v1.34.1+k3s1 of https://github.com/k3s-io/k3s/releases): a plan installs nothing that changes from day to day.`,
    });
  if (spec.access.length === 0)
    cx.fail('access', {
      message: 'is missing; give the addresses from which the servers may be reached by SSH and the API by kubectl: ["YOUR.ADDRESS/32"].',
    });
  if (spec.access.some(isWorld))
    cx.warn(`SSH and the Kubernetes API of ${spec.name} are open to the whole internet, because the request says so`);
  if (spec.nodes > 1 && spec.network === undefined)
    cx.fail('network', {
      message: `is missing; what the ${spec.nodes} nodes say to each other is to stay in a private network. Add {"kind":"network","name":"lan"}, or take "nodes":1.`,
    });
  for (const field of ['minNodes', 'maxNodes'] as const)
    if (spec[field] !== undefined)
      cx.fail(field, { message: 'is not to be had here: the number of servers is fixed. hetzner-k3s has an autoscaler.' });
  if (spec.highAvailability)
    cx.fail('highAvailability', { message: 'is not planned here: there is one control plane. hetzner-k3s makes three.' });
}
