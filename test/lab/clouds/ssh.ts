import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Cloud, LAB, type Refusal } from '../harness.ts';

/** What the nodes of a cluster prove themselves by. */
export const TOKEN = 'K10lab::server:2f1d7c5e9a3b';

/**
 * Servers that answer by SSH, in front of a cloud: in place of ssh, what would run on the server is run here by sh, in a
 * folder of its own and with the programs of a k3s node. A server refuses its first connection, as one does that still boots.
 */
export interface Reachable<C extends Cloud> {
  readonly cloud: C;
  /** Every connection, with its arguments. */
  connections(): Promise<string>;
  /** The nodes that joined. */
  joined(): string;
  remove(): Promise<void>;
}

export async function reachable<C extends Cloud>(behind: C): Promise<Reachable<C>> {
  const dir = await mkdtemp(join(tmpdir(), 'infra-ssh-'));
  const program = async (folder: string, name: string, text: string): Promise<void> => {
    await mkdir(join(dir, folder), { recursive: true });
    await writeFile(join(dir, folder, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(dir, folder, name), 0o755);
  };
  await mkdir(join(dir, 'nodes'));
  await program(
    'bin',
    'ssh',
    `printf '%s\\n' "$*" >> '${dir}/log'
[ ! -e '${dir}/refused' ] || { cat '${dir}/refused' >&2; exit 255; }
sent=
while [ $# -gt 1 ]; do
  case $1 in
    -o) [ "$2" != SendEnv=LC_K3S ] || sent=$LC_K3S; shift 2 ;;
    -l | -p) shift 2 ;;
    *) address=$1; shift ;;
  esac
done
name=$(hcloud server list -o noheader -o columns=ipv4,name | awk -v a="$address" '$1 == a { print $2 }')
home=${dir}/$name.$address
[ -d "$home" ] || { mkdir "$home"; echo "ssh: connect to host $address port 22: Connection refused" >&2; exit 255; }
cd "$home" && exec env -i HOME="$home" PATH='${dir}/remote:/usr/bin:/bin' NAME="$name" LC_K3S="$sent" sh -c "$1"`,
  );
  await program('remote', 'cloud-init', 'exit 0');
  await program('remote', 'cat', `[ "$1" = /var/lib/rancher/k3s/server/node-token ] || exit 1\necho '${TOKEN}'`);
  await program(
    'remote',
    'k3s',
    `case "$*" in
  'kubectl get --raw=/readyz') printf ok ;;
  'kubectl get node '*) [ -e "${dir}/nodes/$4" ] || exit 0; case "$*" in *jsonpath*) printf True ;; *) echo "node/$4" ;; esac ;;
  *) echo "no such command here: $*" >&2; exit 1 ;;
esac`,
  );
  await program(
    'remote',
    'install-node',
    `[ "$1" = agent ] || exit 1
case $K3S_URL in https://10.*:6443) ;; *) echo "no address: $K3S_URL" >&2; exit 1 ;; esac
[ "$(stat -c %a "$K3S_TOKEN_FILE")" = 600 ] || { echo 'others can read the token' >&2; exit 1; }
[ "$(/bin/cat "$K3S_TOKEN_FILE")" = '${TOKEN}' ] || { echo 'not the token' >&2; exit 1; }
: > '${dir}/nodes/'"$NAME"`,
  );
  const forget = async (): Promise<void> => {
    await rm(join(dir, 'nodes'), { recursive: true, force: true });
    await mkdir(join(dir, 'nodes'));
  };
  const { reset, refuseWrites } = behind;
  const cloud = Object.create(behind, {
    env: { value: { ...behind.env, PATH: [join(dir, 'bin'), join(LAB, 'bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter) } },
    // What refuses everything lets nobody in, either.
    refuseWrites: {
      value: (how: Refusal) => {
        const refusal = refuseWrites?.call(behind, how) ?? { message: 'Permission denied', end: () => {} };
        writeFileSync(join(dir, 'refused'), `${refusal.message}\n`);
        return {
          message: refusal.message,
          end: () => {
            rmSync(join(dir, 'refused'), { force: true });
            refusal.end();
          },
        };
      },
    },
    // Servers that are gone took their cluster along.
    reset: {
      value: async () => {
        await reset?.call(behind);
        await forget();
      },
    },
  }) as C;
  return {
    cloud,
    connections: () => readFile(join(dir, 'log'), 'utf8'),
    joined: () => readdirSync(join(dir, 'nodes')).sort().join(' '),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
