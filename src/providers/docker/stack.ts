import { type Arg, type Command, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import type { Context } from '../provider.ts';
import type { Generated } from './compose.ts';
import { swarmOf } from './swarm.ts';

interface Source {
  /** The name of the stack: the plan's in front, as for a project of compose. */
  readonly project: string;
  /** The compose file. */
  readonly source: Arg;
  readonly env: Pick<Command, 'env'>;
  /** Left out where the file is the user's own. */
  readonly generated?: Generated;
}

/** A compose project that a swarm runs. Deploying it again changes what differs, and nothing where nothing does. */
export function stack(spec: Spec<'compose'>, cx: Context, { project, source, env, generated }: Source): readonly Step[] {
  const { engine, name, after } = swarmOf(spec, cx);
  const deploy = (detach: boolean): Command => ({
    ...engine.docker('stack', 'deploy', '--compose-file', source, '--resolve-image', 'changed', `--detach=${detach}`, '--quiet', project),
    ...env,
  });
  // The column of the swarm's name is there so that nothing is asked of a swarm that is gone.
  const listed = (column: string): ReturnType<typeof query> =>
    query(engine.docker('stack', 'ls', '--format', [`{{.Name}} ${column} `, ...(name === undefined ? ['-'] : [name])] as Arg), {
      column: [1, 3],
      equals: [`${project} `, ...(name === undefined ? ['-'] : [name])] as Arg,
      print: 2,
    });
  if (generated === undefined) {
    cx.warn(
      `stack ${project} comes from your own ${spec.file}: a teardown keeps the volumes that it declares, on every node that ran it, and secrets in it are yours to keep out`,
    );
  } else if (generated.volumes.length > 0) {
    cx.warn(
      `stack ${project}: a volume lies on one node, so what mounts ${generated.volumes.join(', ')} has to be kept there (a placement constraint in a compose file of yours)`,
    );
  }
  // Of a generated one its network is the first thing to be made and the last to be removed.
  const found =
    generated === undefined
      ? listed('{{.Name}}')
      : query(engine.docker('network', 'ls', '--filter', `label=com.docker.stack.namespace=${project}`, '--format', '{{.Name}}'));
  const what = generated === undefined ? `what ${spec.file} says` : Object.keys(spec.services ?? {}).join(', ');
  return [
    ...engine.steps,
    {
      id: cx.id,
      title: `stack ${project}`,
      resource: cx.id,
      provider: 'docker',
      find: found,
      ...(generated === undefined ? {} : { files: [generated.file] }),
      create: deploy(true),
      // What was interrupted has its network and not yet all of its services. Here it waits until all run.
      wait: [deploy(false)],
      outputs: { name: project },
      verify: {
        query: listed('{{.Services}}'),
        ...(generated === undefined ? {} : { expect: String(Object.keys(spec.services ?? {}).length) }),
      },
      // Refused while the containers still leave the network, which is then shown for a moment more.
      undo: [
        { command: engine.docker('stack', 'rm', '--detach=false', project), seconds: 120 },
        { ...found, expect: '', seconds: 600 },
      ],
      after: [...after, ...(generated?.volumes ?? []).map((volume) => `volume.${volume}`)],
      hint: `docker stack ps --no-trunc ${project} says why a container does not start.`,
      effects: [{ kind: 'creates', what: `stack ${project}: ${what}` }, ...(generated?.effects ?? [])],
    },
  ];
}
