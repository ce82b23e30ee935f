import type { Query } from '../../../core/command.ts';
import type { Act } from '../../provider.ts';
import { find, listed } from '../cli.ts';
import { makeSecret } from '../secret.ts';
import { swarmOf } from '../swarm.ts';
import { change } from './change.ts';
import { inspect, update } from './service.ts';

/**
 * A secret cannot be changed, so a new one under a name of its day takes its place: beside it first, then in every service
 * that reads it, under the file name that it had; then the old one goes. The label by which a plan finds it stays.
 */
export const rotateSecret: Act<'secret'> = (spec, cx) => {
  const { name } = spec;
  const swarm = swarmOf(spec, cx);
  const { engine } = swarm;
  const fresh = `${name.slice(0, 64 - 1 - cx.today.length)}-${cx.today}`;
  const all = find(cx, engine, ['secret', 'ls'], name, 'Name', ...swarm.filter);
  const services = cx.all('container_service').filter((one) => one.secrets.includes(name));
  cx.preflight({
    title: `is secret ${name} there?`,
    check: { query: all },
    fix: `secret.${name} is not there, by the plan's label and its name. Nothing was changed.`,
  });
  cx.warn(
    `secret ${name} gets what is in ${spec.file} now, at most once a day: what has the name ${fresh} already is taken for it. In your stack nothing changes, and in /run/secrets it keeps its name`,
  );
  cx.warn(
    services.length === 0
      ? `no container_service among these resources reads secret ${name}: one that does keeps the old value, and until it is named here the old secret cannot be removed`
      : `services that read secret ${name} and are not among these resources keep the old value, and the old secret cannot be removed while there are any`,
  );
  const versions = (which: 'new' | 'old'): Query => ({
    ...listed(cx, engine, ['secret', 'ls'], name, `{{if eq .Name "${fresh}"}}new{{else}}old{{end}} {{.Name}}`, ...swarm.filter),
    pick: { column: 1, equals: which, print: 2 },
  });
  const old = cx.part('old');
  return [
    {
      ...makeSecret(spec, cx, swarm, fresh),
      title: `secret ${fresh}, beside the one that ${name} is now`,
      find: versions('new'),
      outputs: { id: versions('new') },
      verify: { query: versions('new') },
      effects: [{ kind: 'creates', what: `secret ${fresh} from ${spec.file}; ${name} stays as it is until the services read the new one` }],
    },
    ...services.map((service) => {
      const read = inspect(
        engine,
        cx,
        service.name,
        '{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}{{.File.Name}} {{println .SecretName}}{{end}}',
      );
      return update(engine, cx, service.name, {
        part: service.name,
        title: `let ${service.name} read the new ${name}`,
        done: { command: read, pick: { column: [1, 2], equals: `${name} ${fresh}`, print: 2 } },
        what: `service ${service.name} reads secret ${fresh} as /run/secrets/${name}`,
        args: [
          '--secret-rm',
          { asked: { command: read, pick: { column: 1, equals: name, print: 2 } } },
          '--secret-add',
          `source=${fresh},target=${name}`,
        ],
        hint: `Where ${fresh} holds the wrong value: docker service rollback for each service that reads it already, docker secret rm ${fresh}, the right value into ${spec.file}, and again from the start.`,
      });
    }),
    {
      ...change(cx, 'old', `remove what ${name} was`, versions('old'), engine.docker('secret', 'rm', { of: old, out: 'id' }), [
        { kind: 'destroys', what: `the former value of secret ${name}, which nothing shows any more` },
      ]),
      removes: true,
      verify: { query: all, expect: fresh },
      hint: `A secret that a service still reads is not removed; docker's message names the service. Add it to the resources.`,
    },
  ];
};
