import { query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Context, Emit } from '../provider.ts';
import { reach } from './access.ts';
import { aws, self, step, tags, text, unpriced } from './cli.ts';
import { securityGroup } from './firewall.ts';
import { sayNetwork, subnet, ZONES } from './network.ts';

const PORT = 2049;

/** EFS: files that grow by themselves, with an address in each zone of the network. */
export const fileSystem: Emit<'file_system'> = (spec, cx) => {
  const { name } = spec;
  if (spec.sizeGb !== undefined)
    cx.fail('sizeGb', { message: 'is no choice on AWS: EFS grows with what is put into it. Leave it out.', given: String(spec.sizeGb) });
  if (spec.sshKeys.length > 0)
    cx.fail('sshKeys', {
      message: 'are for a Storage Box; EFS is mounted by the servers that "access" names.',
      given: JSON.stringify(spec.sshKeys),
    });
  const network =
    sayNetwork(cx, spec) ??
    cx.fail('network', { message: 'is missing; a file system needs subnets in two zones. Add {"kind":"network","name":"lan"}.' });
  const own = self(cx);
  cx.warn(
    `file_system ${name} is mounted by its id (aws efs describe-file-systems shows it). Once, on each server: sudo apt-get install -y nfs-common && sudo mkdir -p /mnt/${name} && echo "ID.efs.${cx.region}.amazonaws.com:/ /mnt/${name} nfs4 nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport,_netdev 0 0" | sudo tee -a /etc/fstab && sudo mount -a`,
  );
  if (spec.backups)
    cx.assume(`file_system ${name}: backed up daily by AWS Backup, which keeps what it saved after the file system is gone`);
  return [
    securityGroup(cx, 'group', `${name}/file-system`, network, `file system ${name}`),
    reach(cx, spec, 'file_system', network, PORT),
    step(cx, '', {
      title: `file system ${name}`,
      find: listed(cx, name, 'FileSystemId'),
      create: text(
        cx,
        'FileSystemId',
        'efs create-file-system',
        '--creation-token',
        token(cx, name),
        '--performance-mode',
        'generalPurpose',
        '--throughput-mode',
        'elastic',
        '--encrypted',
        spec.backups ? '--backup' : '--no-backup',
        ...tags(cx, name),
      ),
      captures: true,
      wait: [{ command: listed(cx, name, 'LifeCycleState').command, expect: 'available', seconds: 300 }],
      outputs: { arn: listed(cx, name, 'FileSystemArn') },
      verify: { query: listed(cx, name, 'LifeCycleState'), expect: 'available' },
      undo: [{ command: aws(cx, 'efs delete-file-system', '--file-system-id', own), seconds: 300 }],
      effects: [
        { kind: 'creates', what: `file system ${name}, encrypted, in two zones of ${network}` },
        unpriced(cx, `storage of ${name}`, 'AmazonEFS', 'GB-month'),
        unpriced(cx, `reads and writes of ${name}`, 'AmazonEFS', 'GB'),
      ],
    }),
    ...ZONES.map((zone, i) => mountTarget(cx, name, network, zone, i)),
  ];
};

/** The token is AWS's own way to make one only once, and names it until the tags are there. */
const token = (cx: Context, name: string): string => `${cx.plan}--${name}`;

function listed(cx: Context, name: string, select: string) {
  return query(
    text(
      cx,
      `FileSystems[?CreationToken=='${token(cx, name)}'&&LifeCycleState!='deleting'&&LifeCycleState!='deleted'].${select}`,
      'efs describe-file-systems',
    ),
  );
}

function mountTarget(cx: Context, name: string, network: string, zone: string, i: number): Step {
  const part = `mount-${zone}`;
  const within = subnet(cx, network, 'private', i);
  const targets = (select: string) =>
    query(
      text(
        cx,
        ["MountTargets[?SubnetId=='", within, `'&&LifeCycleState!='deleting'&&LifeCycleState!='deleted'].${select}`],
        'efs describe-mount-targets',
        '--file-system-id',
        self(cx),
      ),
    );
  return step(cx, part, {
    title: `address of file system ${name} in zone ${zone}`,
    find: targets('MountTargetId'),
    create: text(
      cx,
      'MountTargetId',
      'efs create-mount-target',
      '--file-system-id',
      self(cx),
      '--subnet-id',
      within,
      '--security-groups',
      self(cx, 'group'),
    ),
    captures: true,
    wait: [{ command: targets('LifeCycleState').command, expect: 'available', seconds: 600 }],
    verify: { query: targets('LifeCycleState'), expect: 'available' },
    undo: [aws(cx, 'efs delete-mount-target', '--mount-target-id', self(cx, part))],
    after: [cx.part('access')],
    effects: [{ kind: 'changes', what: `file system ${name} can be mounted in zone ${zone} of ${network}` }],
  });
}
