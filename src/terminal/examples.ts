import type { ToolName } from '../tools/index.ts';

/** What `--help` shows of each tool. A test runs every line. */
export const EXAMPLES: Readonly<Record<ToolName, readonly string[]>> = {
  recommend_architecture: [
    'recommend --workload "a web shop with PostgreSQL" --requests-per-second 50 --data-gb 20 --budget "40 EUR" --providers hetzner',
    'recommend --users 5000 --availability 99.9 --json',
  ],
  generate_provision_command: [
    'provision stack.yaml',
    'provision stack.yaml --script > up.sh',
    'provision stack.yaml --html plan.html',
    'provision stack.yaml --action destroy --script > down.sh',
    'provision --provider hetzner --plan shop --action list',
    `provision --provider hetzner --resources '{kind: server, name: web1, size: cx23}'`,
  ],
  estimate_cost: [
    'cost stack.yaml',
    `cost --provider hetzner --resources '{kind: server, name: web1, size: cx23}' --usage '{egressGb: 500}'`,
    `cost stack.yaml --changes '{kind: server, name: web1, size: cx33}' --providers hetzner`,
  ],
  assess_capacity: [
    `capacity --measured '{cpu: 85, memory: 60, rps: 120, p95: 420}' --growth 3 --provider hetzner --size cx33`,
    'capacity --pasted "16:00 up 1 day, 1 user, load average: 0.52, 0.58, 0.59" --vcpu 2',
  ],
  plan_backups: [`backups --sources '{engine: postgresql, name: shop}' --target '{provider: s3, bucket: shop-backups}'`],
};
