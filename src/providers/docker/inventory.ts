import { program } from '../common.ts';
import type { Provider } from '../provider.ts';

const docker = program('docker');

/** On the engine that docker talks to now; `docker context use` chooses another. */
export const inventory: Provider['inventory'] = (plan, _region, kinds) => {
  const list = (what: string, args: readonly string[], columns: string) => ({
    what: `${what} on this engine`,
    command: docker(...args, '--filter', `label=plan=${plan}`, '--format', columns),
  });
  return [
    list('containers', ['ps', '--all'], '{{.ID}} {{.Names}} {{.Status}}'),
    list('networks', ['network', 'ls'], '{{.ID}} {{.Name}}'),
    list('volumes', ['volume', 'ls'], '{{.Name}}'),
    { what: 'compose projects on this engine', command: docker('compose', 'ls', '--all', '--filter', `name=^${plan}--`) },
    // Refused by an engine that manages no swarm.
    ...(kinds.has('swarm') || kinds.has('container_service') || kinds.has('secret')
      ? [
          list('services', ['service', 'ls'], '{{.ID}} {{.Name}} {{.Replicas}}'),
          list('secrets', ['secret', 'ls'], '{{.ID}} {{.Name}}'),
          { what: 'nodes of the swarm', command: docker('node', 'ls', '--format', '{{.ID}} {{.Hostname}} {{.Status}} {{.ManagerStatus}}') },
        ]
      : []),
    { what: 'contexts', command: docker('context', 'ls', '--format', '{{.Name}} {{.Description}}') },
  ];
};
