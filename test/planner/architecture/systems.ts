/**
 * Systems whose owners published what they carry and what they run. A figure that was not published is left out, and the tool
 * says what it assumes in its place. Every source was read on 2026-11-25, in a
 * stored copy. Two have a second one: Healthchecks.io's machines are in its post of February 2022
 * (https://blog.healthchecks.io/2022/02/healthchecks-io-hosting-setup-2022-edition/), Stack Overflow's list of servers in a
 * summary of the whole series (https://www.besthub.dev/articles/inside-stack-overflow-s-2016-architecture-handling-61-million-daily-requests-524e5f4eb2e0).
 */
export interface System {
  readonly name: string;
  readonly source: string;
  /** What was published of the load. */
  readonly load: string;
  /** What they run, and at which price where they say it. */
  readonly runs: string;
  /** The processors that they run for it, in all; absent where they do not say it. */
  readonly vcpu?: number;
  /** How many machines: balancers, applications and databases. */
  readonly machines: number;
  /** The same as input of recommend_architecture. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Why the two differ. */
  readonly why: string;
}

const DAY = 86_400;
const rate = (perSecond: number): number => Number(perSecond.toPrecision(4));
const MASTODON = 'https://git.fuwafuwa.moe/zelo72/documentation/raw/branch/archive/Running-Mastodon/Resources-needed.md';

export const SYSTEMS: readonly System[] = [
  {
    name: 'freeradical.zone, 2017',
    source: 'https://blog.freeradical.zone/post/costs-of-hosting-a-small-server/',
    load: '62 users of a Mastodon server, CPU under 1 %',
    runs: '1 server of 2 vCPU and 2 GB, a 20 GB volume, 22 USD',
    vcpu: 2,
    machines: 1,
    input: { workload: 'self-hosted Mastodon', users: 62, memoryGb: 1.3, dataGb: 20, providers: ['digitalocean'] },
    why: 'one machine in both. Theirs was 65 % full of its 2 GB; the tool adds memory for the data as they will be in a year and leaves a fifth free, 5 GB, and the next size that is sold has 8: nearly three times the price, for a year without a move',
  },
  {
    name: 'mspsocial.net',
    source: MASTODON,
    load: '79 users, 20 requests a minute',
    runs: '1 server of 2 vCPU and 4 GB, 15 GB of disk used, 25 USD',
    vcpu: 2,
    machines: 1,
    input: { workload: 'self-hosted Mastodon', requestsPerSecond: { average: rate(20 / 60) }, dataGb: 15, providers: ['digitalocean'] },
    why: 'one machine in both. 4 GB before the first user is the assumption that makes it dearer; with what the product really takes as memoryGb it is theirs',
  },
  {
    name: 'masto.donte.com.br',
    source: MASTODON,
    load: '480 users, 150 requests a minute',
    runs: '1 server at 20 USD, and 5 USD for its backups',
    machines: 1,
    input: { workload: 'self-hosted Mastodon', requestsPerSecond: { average: rate(150 / 60) }, providers: ['digitalocean'] },
    why: 'one machine in both. The price is again that of memory: 4 GB before the first user and 20 GB of data are assumed, as neither was published',
  },
  {
    name: 'A volunteers’ app, 2025',
    source: 'https://josuemontano.github.io/blog/2025_08_21_infrastructure_on_a_budget',
    load: '30,000 users a month, 30 requests a minute, 50 a second possible',
    runs: '1 server of 2 vCPU and 4 GB, 100 GB of disk, 24 USD',
    vcpu: 2,
    machines: 1,
    input: {
      workload: 'api',
      requestsPerSecond: { average: rate(30 / 60), peak: 50 },
      dataGb: 10,
      growth: 0,
      providers: ['hetzner', 'digitalocean'],
    },
    why: 'one machine in both, sized for the 50 a second that theirs could take. The tool asks for one vCPU less at half use, and is cheaper on another provider',
  },
  {
    name: 'GitLab, up to 1,000 users',
    source: 'https://gitlab.cn/docs/en/ee/administration/reference_architectures/1k_users.html',
    load: '20 requests a second at peak',
    runs: '1 server of 8 vCPU and 16 GB, no high availability',
    vcpu: 8,
    machines: 1,
    input: { workload: 'self-hosted GitLab', requestsPerSecond: { peak: 20 }, memoryGb: 8 },
    why: 'one machine in both. The tool computes 5 vCPU from 100 ms a request at half use, their page tests for 20 API calls beside web and Git traffic',
  },
  {
    name: 'Pinboard, December 2010',
    source: 'https://ostatic.com/blog/pinboard-a-case-study-for-simple-systems',
    load: '50 requests a second on the day that Delicious was to be closed',
    runs: '3 servers: web, database, background work with the replica',
    machines: 3,
    input: { workload: 'web app for bookmarks', requestsPerSecond: { peak: 50 } },
    why: 'machines of 2010 had a few slow cores; today one holds all three. The replica that they had is the tool’s Growth stage, from 99.5 % availability on',
  },
  {
    name: 'Hacker News, 2021',
    source: 'https://www.betterhackernews.com/item/26469347',
    load: '6,000,000 requests a day',
    runs: '1 server, and a hot standby',
    machines: 2,
    input: { workload: 'forum', requestsPerSecond: { average: rate(6e6 / DAY) } },
    why: 'both have a spare. The tool splits at 9 vCPU (8 is its limit for one machine), because it assumes 20 ms of processor a page and nothing in front; a page from memory takes less, and with cpuMs 10 it is one machine',
  },
  {
    name: 'mastodon.social, 2018',
    source: MASTODON,
    load: '150,000 users, 11,000 requests a minute',
    runs: '4 servers of 8 cores and 32 GB at Hetzner, the database on two of them, 250 EUR',
    vcpu: 32,
    machines: 4,
    input: {
      workload: 'self-hosted Mastodon',
      requestsPerSecond: { average: rate(11_000 / 60) },
      availability: 99.9,
      regions: ['EU'],
      providers: ['hetzner'],
    },
    why: 'the same shape, and three times the servers: 100 ms a request is GitLab’s kind of request, and most of Mastodon’s are small (give cpuMs). The tool also keeps processors at half use at the peak. Its database is alone, which it names as the contradiction to 99.9 %',
  },
  {
    name: 'Healthchecks.io, 2022',
    source: 'https://blog.healthchecks.io/2022/05/healthchecks-io-hosting-questions-and-answers/',
    load: '600 requests a second, 4,000 each ten minutes',
    runs: '4 balancers and 3 web servers of 6 cores, 2 database servers of 16 cores, at Hetzner, 484 EUR',
    vcpu: 74,
    machines: 9,
    input: {
      workload: 'API that receives pings',
      requestsPerSecond: { average: 600, peak: 4000 },
      availability: 99.9,
      regions: ['EU'],
      providers: ['hetzner'],
    },
    why: 'a managed balancer takes the place of their four machines. A ping, taken by a small program in Go, costs less than the 5 ms assumed. Their second database is a replica that is promoted by hand; at Hetzner the tool names the lone database as the contradiction to 99.9 %',
  },
  {
    name: 'Stack Overflow, February 2016',
    source: 'https://stackoverflow.blog/2016/02/17/stack-overflow-the-architecture-2016-edition/',
    load: '209,420,973 requests a day, 1,609,944,301 ms of ASP.NET and 607,073,066 ms of SQL for them',
    runs: '11 web servers, 4 SQL servers, 4 balancers, 2 Redis, 3 tag engines, 3 Elasticsearch',
    machines: 27,
    input: {
      workload: 'web app',
      requestsPerSecond: { average: rate(209_420_973 / DAY) },
      cpuMs: rate(1_609_944_301 / 209_420_973),
      requestMs: 23,
      availability: 99.9,
      regions: ['NA'],
      providers: ['aws', 'digitalocean'],
    },
    why: 'the same shape and the same number of web servers, alike, behind a balancer, with a pair of databases. Theirs are larger, and one would do, as they found by accident; the tool’s are of 8 vCPU at half use at an assumed peak. Search, tags and Redis are parts that it was told nothing of, and the size of the data was not published',
  },
];
