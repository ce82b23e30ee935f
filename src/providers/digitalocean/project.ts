import { type Arg, flag, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Context, Emit } from '../provider.ts';
import { doctl, find, ownName } from './cli.ts';

/** What can be in a project, and how it is named there. */
const MEMBERS = {
  server: 'do:droplet:',
  volume: 'do:volume:',
  load_balancer: 'do:loadbalancer:',
  database: 'do:dbaas:',
  cache: 'do:dbaas:',
  kubernetes_cluster: 'do:kubernetes:',
} as const;

export const project: Emit<'project'> = (spec, cx) => {
  const name = ownName(cx, spec.name);
  const found = find('projects', 'ID,Name', [name]);
  const self = { of: cx.id, out: 'id' };
  if (cx.all('project').length > 1) cx.fail('', { message: 'a plan has one project, and everything of the plan is in it.' });
  const environment = `${spec.environment[0]?.toUpperCase()}${spec.environment.slice(1)}`;
  return [
    {
      id: cx.id,
      title: `project ${name}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl(
        'projects',
        'create',
        '--name',
        name,
        '--purpose',
        'Service or API',
        '--environment',
        environment,
        ...(spec.description === undefined ? [] : flag('--description', spec.description)),
        '--format',
        'ID',
        '--no-header',
      ),
      captures: true,
      verify: { query: found },
      undo: [{ command: doctl('projects', 'delete', self, '--force'), seconds: 120 }],
      effects: [{ kind: 'creates', what: `project ${name} (${spec.environment}), with what of the plan can be in one` }],
    },
    ...members(cx).map(({ kind, name: member, urn }): Step => {
      const there = query(doctl('projects', 'resources', 'list', self, '--format', 'URN', '--no-header'), {
        column: 1,
        equals: urn,
        print: 1,
      });
      return {
        id: cx.part(`${kind}-${member}`),
        title: `${member} in project ${name}`,
        resource: cx.id,
        provider: 'digitalocean',
        find: there,
        create: doctl('projects', 'resources', 'assign', self, '--resource', urn),
        verify: { query: there },
        within: cx.id,
        effects: [{ kind: 'changes', what: `${kind.replaceAll('_', ' ')} ${member} is shown in project ${name}` }],
      };
    }),
  ];
};

function members(cx: Context): { kind: string; name: string; urn: Arg }[] {
  return (Object.keys(MEMBERS) as (keyof typeof MEMBERS)[]).flatMap((kind) =>
    cx.all(kind).map(({ name }) => ({ kind, name, urn: [MEMBERS[kind], cx.of(kind, name)] as Arg })),
  );
}
