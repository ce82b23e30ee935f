import type { Arg, Command } from '../core/command.ts';
import type { Act, Context, Emit } from './provider.ts';

/**
 * A new key beside the old one, under a name of its day. No cloud puts a key onto a server that runs already, so what lets
 * people in stays as it is until they have put the new one there and tried it; then the old one is removed like any other
 * resource.
 * @param remove takes a key away, by its name or its id
 * @param user who SSH lets in where a server has no user of its own
 */
export function rotateKey(emit: Emit<'ssh_key'>, remove: (name: string, id: Arg, cx: Context) => Command, user: string): Act<'ssh_key'> {
  return (spec, cx) => {
    const fresh = `${spec.name}-${cx.today}`;
    const id = cx.part('new');
    const [made] = emit({ ...spec, name: fresh, existing: false }, cx);
    if (made === undefined) return [];
    const secret = spec.publicKeyPath.replace(/\.pub$/, '');
    cx.warn(
      `${spec.publicKeyPath} has to be a new key: ssh-keygen -t ed25519 -f FILE makes one, and "publicKeyPath" names its .pub; a cloud refuses one that it has already, or keeps it twice`,
    );
    cx.warn(
      `servers that run keep the keys that they have. On each of them, before anything is removed: ssh-copy-id -f -i ${spec.publicKeyPath} USER@ADDRESS; then in another terminal ssh -i ${secret} -o IdentitiesOnly=yes USER@ADDRESS has to let you in; and only then take the old line out of ~/.ssh/authorized_keys there. USER is ${user}, or the "user" that the server was given`,
    );
    cx.warn(
      `in your stack put ${fresh} (publicKeyPath ${spec.publicKeyPath}) in the place of ${spec.name}, in sshKeys too; when every server lets the new key in, remove the old one: action destroy, with the ssh_key ${spec.name} alone`,
    );
    return [
      {
        ...made,
        id,
        title: `SSH key ${fresh}, beside ${spec.name}`,
        undo: [remove(fresh, { of: id, out: 'id' }, cx)],
        effects: [{ kind: 'creates', what: `SSH key ${fresh} from ${spec.publicKeyPath}; ${spec.name} and every server stay as they are` }],
      },
    ];
  };
}
