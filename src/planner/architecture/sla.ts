import type { ProviderId } from '../../providers/provider.ts';

/** A published promise: per cent of a month, where it stands, and the date that the document bears (or was seen, where it bears none). */
export interface Sla {
  readonly percent: number;
  readonly source: string;
  readonly asOf: string;
}

type Part = 'server' | 'load_balancer' | 'database' | 'database_ha' | 'volume' | 'bucket' | 'region';

const HETZNER = { source: 'https://www.hetzner.com/legal/cloud-server/', asOf: '2026-11' };
const EC2 = { source: 'https://aws.amazon.com/compute/sla/', asOf: '2022-05-05' };
const RDS = { source: 'https://aws.amazon.com/rds/sla/', asOf: '2024-01-22' };
const DO = 'https://www.digitalocean.com/sla/';

/**
 * What each provider promises for what it sells. A part that is not listed has no published promise that was found
 * (Hetzner's agreement covers servers alone; DigitalOcean lists none for databases); it is then said to have none.
 * `region` bounds what several servers in one region can be counted for, however many there are.
 */
export const SLAS: Readonly<Record<ProviderId, Partial<Readonly<Record<Part, Sla>>>>> = {
  hetzner: { server: { percent: 99.9, ...HETZNER } },
  aws: {
    server: { percent: 99.5, ...EC2 },
    region: { percent: 99.99, ...EC2 },
    load_balancer: { percent: 99.99, source: 'https://aws.amazon.com/elasticloadbalancing/sla/', asOf: '2022-07-25' },
    database: { percent: 99.5, ...RDS },
    database_ha: { percent: 99.95, ...RDS },
    volume: { percent: 99.9, source: 'https://aws.amazon.com/ebs/sla/', asOf: '2022-05-31' },
    bucket: { percent: 99.9, source: 'https://aws.amazon.com/s3/sla/', asOf: '2023-11-28' },
  },
  digitalocean: {
    server: { percent: 99.99, source: `${DO}cpu-droplets`, asOf: '2025-06-03' },
    load_balancer: { percent: 99.9, source: `${DO}regional-load-balancers`, asOf: '2025-11' },
    volume: { percent: 99.99, source: 'https://docs.digitalocean.com/products/volumes/details/sla/', asOf: '2026-11' },
    bucket: { percent: 99.9, source: `${DO}spaces`, asOf: '2026-11' },
  },
  docker: {},
};

export type { Part };
