import type { Spec } from '../resources/index.ts';
import { SENSITIVE } from './network_rules.ts';
import type { Context } from './provider.ts';

/**
 * What holds for a load balancer's services everywhere: one a port, a certificate where the protocol takes one, and a
 * warning where the port is one that the internet should not reach.
 * `certificate` is an example of what this provider needs for one.
 */
export function checkServices(
  spec: Spec<'load_balancer'>,
  cx: Context,
  certificate = '{"kind":"certificate","name":"site","domains":["example.com"]}',
): void {
  const ports = new Set<number>();
  for (const [i, service] of spec.services.entries()) {
    if (ports.has(service.port))
      cx.fail(`services[${i}].port`, { message: 'another service listens on that port already.', given: String(service.port) });
    ports.add(service.port);
    const sensitive = SENSITIVE[service.port];
    if (sensitive !== undefined)
      cx.warn(`load balancer ${spec.name} opens port ${service.port} (${sensitive}) to the whole internet, because the request says so`);
    const field = `services[${i}].certificate`;
    if (service.protocol === 'https' && service.certificate === undefined)
      cx.fail(field, { message: `is missing; https needs a certificate of the plan, like ${certificate}.` });
    if (service.protocol !== 'https' && service.certificate !== undefined)
      cx.fail(field, { message: `only an https service takes one, and this is ${service.protocol}.` });
  }
}
