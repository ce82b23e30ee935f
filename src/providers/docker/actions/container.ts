import { type Arg, type Command, query } from '../../../core/command.ts';
import type { Step } from '../../../core/plan.ts';
import { renamed } from '../../change.ts';
import type { Act } from '../../provider.ts';
import { engineOf, named } from '../cli.ts';
import { bytes, change, columns, nano, there } from './change.ts';

/** The kernel holds a running container to its new limits: nothing is restarted. */
export const resizeContainer: Act<'container'> = (spec, cx) => {
  const { name, cpus, memoryMb } = spec;
  if (cpus === undefined && memoryMb === undefined)
    return cx.fail('', { message: 'has neither cpus nor memoryMb; give what it may use from now on.' });
  const engine = engineOf(spec, cx);
  const limits: Arg[] = [];
  const shown: string[] = [];
  const wanted: string[] = [];
  const said: string[] = [];
  if (cpus !== undefined) {
    limits.push('--cpus', String(cpus));
    shown.push('{{.HostConfig.NanoCpus}}');
    wanted.push(nano(cpus));
    said.push(`${cpus} CPU`);
  }
  if (memoryMb !== undefined) {
    // A limit above that of memory and swap together is refused, so that one moves as well: twice the memory, as at creation.
    limits.push('--memory', `${memoryMb}m`, '--memory-swap', `${memoryMb * 2}m`);
    shown.push('{{.HostConfig.Memory}}');
    wanted.push(bytes(memoryMb));
    said.push(`${memoryMb} MB`);
    cx.warn(
      `where container ${name} holds more than ${memoryMb} MB now, the kernel swaps or ends its processes at once: docker stats --no-stream ${name} shows what it holds`,
    );
  }
  const container = cx.of('container', name, 'name');
  const done = columns(engine.docker('container', 'inspect', '--format', `${shown.join(' ')} {{.Id}}`, container), wanted);
  return [
    change(cx, 'resize', `let ${name} use ${said.join(' and ')}`, done, engine.docker('container', 'update', ...limits, container), [
      { kind: 'changes', what: `container ${name} may use ${said.join(' and ')}, from now on and after a restart; it runs on meanwhile` },
    ]),
  ];
};

/** By its name a container is found, so that is all that there is to change. */
export const renameContainer: Act<'container'> = (spec, cx, { newName }) => {
  const { name } = spec;
  const to = newName as string;
  const engine = engineOf(spec, cx);
  renamed(cx, name, to);
  return [
    // Under either name: the script may have been here before.
    there(cx, cx.id, `container ${name}`, named(cx, engine, [name, to])),
    change(
      cx,
      'rename',
      `call ${name} ${to}`,
      named(cx, engine, [to]),
      engine.docker('container', 'rename', { of: cx.id, out: 'id' }, to),
      [
        {
          kind: 'changes',
          what: `container ${name} is called ${to} and runs on; in its network the others find it by ${to}, and by ${name} no more`,
        },
      ],
      { undo: [engine.docker('container', 'rename', to, name)] },
    ),
  ];
};

/** Containers of the request that name it join it, or leave it. Neither restarts them. */
export const joining =
  (on: boolean): Act<'network'> =>
  (spec, cx) => {
    const { name } = spec;
    const containers = cx.all('container').filter(({ network }) => network === name);
    if (containers.length === 0)
      return cx.fail('name', {
        message: `is named by no container here; add those that are meant to the resources, with "network":"${name}", and this one as "target".`,
      });
    const engine = engineOf(spec, cx);
    return containers.map(({ name: container }): Step => {
      const self = cx.of('container', container, 'name');
      const call = (join: boolean): Command => engine.docker('network', join ? 'connect' : 'disconnect', name, container);
      const template = `{{$in := false}}{{range $name, $_ := .NetworkSettings.Networks}}{{if eq $name "${name}"}}{{$in = true}}{{end}}{{end}}{{if ${on ? '' : 'not '}$in}}{{.Id}}{{end}}`;
      return change(
        cx,
        `${on ? 'attach' : 'detach'}-${container}`,
        `${on ? 'attach' : 'detach'} ${name} ${on ? 'to' : 'from'} ${container}`,
        query(engine.docker('container', 'inspect', '--format', template, self)),
        call(on),
        [
          on
            ? {
                kind: 'changes',
                what: `container ${container} is in network ${name} as well, where the others find it by its name; it runs on`,
              }
            : {
                kind: 'interrupts',
                what: `what container ${container} says and hears over network ${name}, for good; it runs on, and without another network it reaches nothing`,
              },
        ],
        { undo: [call(!on)] },
      );
    });
  };
