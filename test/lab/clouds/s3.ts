import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An S3 on loopback: buckets and whether they keep versions. Nothing is stored in them. */
export interface S3Cloud {
  readonly endpoint: string;
  readonly requests: readonly { readonly method: string; readonly url: string; readonly key: string; readonly body: string }[];
  readonly unknown: readonly string[];
  state(): Record<string, readonly string[]>;
  /** What was made, changed or removed so far, in order. */
  writes(): readonly string[];
  /** Refuses to make, change or remove anything, until what comes back is called. */
  refuse(message: string): () => void;
  /** What there is, to be put back any number of times. */
  keep(): () => void;
  reset(): void;
  stop(): Promise<void>;
}

/** `key` is the only access key that is let in. Signatures are not checked. */
export async function s3Cloud(key: string): Promise<S3Cloud> {
  let refusal: string | undefined;
  let done: string[] = [];
  let buckets = new Map<string, { versioning: boolean }>();
  const requests: { method: string; url: string; key: string; body: string }[] = [];
  const unknown: string[] = [];
  const xml = (root: string, inner: string): string =>
    `<?xml version="1.0" encoding="UTF-8"?><${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</${root}>`;

  const answer = (method: string, path: string, query: URLSearchParams, body: string): [number, string] => {
    const no = (status: number, code: string, message: string): [number, string] => [
      status,
      `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    ];
    const [name = '', object] = path.slice(1).split('/');
    if (name === '' && method === 'GET') {
      const items = [...buckets.keys()]
        .sort()
        .map((one) => `<Bucket><Name>${one}</Name><CreationDate>2026-11-23T00:00:00.000Z</CreationDate></Bucket>`);
      return [200, xml('ListAllMyBucketsResult', `<Owner><ID>lab</ID></Owner><Buckets>${items.join('')}</Buckets>`)];
    }
    if (object !== undefined && object !== '') return no(501, 'NotImplemented', `${method} of an object`);
    const bucket = buckets.get(name);
    if (method === 'PUT' && !query.has('versioning')) {
      if ([...query.keys()].length > 0) return no(501, 'NotImplemented', [...query.keys()].join(' '));
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) return no(400, 'InvalidBucketName', 'The specified bucket is not valid.');
      if (bucket !== undefined)
        return no(409, 'BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.');
      buckets.set(name, { versioning: false });
      return [200, ''];
    }
    if (bucket === undefined) return no(404, 'NoSuchBucket', 'The specified bucket does not exist');
    if (query.has('versioning')) {
      if (method === 'PUT') bucket.versioning = /<Status>Enabled<\/Status>/.test(body);
      return [200, method === 'PUT' ? '' : xml('VersioningConfiguration', bucket.versioning ? '<Status>Enabled</Status>' : '')];
    }
    if (method === 'HEAD') return [200, ''];
    if (method === 'DELETE') {
      buckets.delete(name);
      return [204, ''];
    }
    return no(501, 'NotImplemented', `${method} ${path}?${query}`);
  };

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => {
      body += data;
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://s3');
      const given = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
      requests.push({ method: request.method ?? '', url: request.url ?? '', key: given, body });
      const writes = request.method === 'PUT' || request.method === 'DELETE';
      const [status, text]: [number, string] =
        given !== key
          ? [403, '<Error><Code>InvalidAccessKeyId</Code><Message>no such key</Message></Error>']
          : writes && refusal !== undefined
            ? [400, `<Error><Code>Refused</Code><Message>${refusal}</Message></Error>`]
            : answer(request.method ?? '', url.pathname, url.searchParams, body);
      if (writes && status < 400) done.push(`${request.method} ${request.url}`);
      if (status === 501) unknown.push(`${request.method} ${request.url}`);
      response.writeHead(status, { 'content-type': 'application/xml' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    unknown,
    state: () =>
      buckets.size === 0
        ? {}
        : { bucket: [...buckets].map(([name, { versioning }]) => `${name}${versioning ? ', versions kept' : ''}`).sort() },
    writes: () => done,
    refuse: (message) => {
      refusal = message;
      return () => {
        refusal = undefined;
      };
    },
    keep: () => {
      const kept = structuredClone(buckets);
      return () => {
        buckets = structuredClone(kept);
      };
    },
    reset: () => {
      buckets.clear();
      done = [];
      refusal = undefined;
      requests.length = 0;
      unknown.length = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
