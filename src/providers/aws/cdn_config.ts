import type { AnySpec, Spec } from '../../resources/index.ts';
import type { Context } from '../provider.ts';
import { type Json, self, Unknown } from './cli.ts';

/** AWS's own policy that hands everything a viewer sends on to the origin, its host name included. */
const ALL_VIEWER = '216adef6-2c7f-47e4-b989-5492eafa07d3';
const TLS = 'TLSv1.2_2021';
const ORIGIN = 'origin';

/** Where a distribution fetches from. */
export interface Source {
  readonly origin: Json;
  /** A bucket is read by the distribution alone, which signs its requests. */
  readonly bucket?: string;
  readonly forwardsHost: boolean;
  readonly after: readonly string[];
  readonly what: string;
}

export function sourceOf(cx: Context, target: AnySpec | string | undefined): Source {
  const custom = (domain: Json, protocol: 'http-only' | 'https-only', port = 80): Json => ({
    Id: ORIGIN,
    DomainName: domain,
    CustomOriginConfig: {
      HTTPPort: protocol === 'http-only' ? port : 80,
      HTTPSPort: 443,
      OriginProtocolPolicy: protocol,
      OriginSslProtocols: { Quantity: 1, Items: ['TLSv1.2'] },
    },
  });
  if (target === undefined || typeof target === 'string')
    return { origin: custom(target ?? '', 'https-only'), forwardsHost: false, after: [], what: target ?? '' };
  switch (target.kind) {
    case 'bucket':
      return {
        origin: {
          Id: ORIGIN,
          DomainName: `${target.name}.s3.${cx.regionOf(target)}.amazonaws.com`,
          OriginAccessControlId: new Unknown(self(cx, 'access')),
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
        bucket: target.name,
        forwardsHost: false,
        after: [`bucket.${target.name}`],
        what: `bucket ${target.name}`,
      };
    case 'load_balancer': {
      const domain = new Unknown(cx.of('load_balancer', target.name, 'dnsName'));
      const https = target.services.find((service) => service.protocol === 'https' && service.port === 443);
      const http = target.services.find((service) => service.protocol === 'http');
      const what = `load balancer ${target.name}`;
      if (https !== undefined) {
        const own = cx.all('cdn').find((one) => cx.id === `cdn.${one.name}`)?.domains ?? [];
        if (own.length === 0)
          cx.fail('domains', {
            message: `are missing; ${what} has a certificate for names of yours, and so CloudFront has to ask for those, not for a name of AWS's.`,
          });
        return { origin: custom(domain, 'https-only'), forwardsHost: true, after: [], what };
      }
      if (http === undefined)
        return cx.fail('origin', { message: `is a load balancer without http and https, which is what a cdn fetches by.` });
      return { origin: custom(domain, 'http-only', http.port), forwardsHost: true, after: [], what };
    }
    default:
      return cx.fail('origin', {
        message: `is a server, whose name changes with its address. Put it behind a load_balancer, or give the name that your DNS has for it as "originDomain".`,
        given: JSON.stringify(target.name),
      });
  }
}

/** A distribution's whole description, which is given again to switch it off. */
export function distribution(
  spec: Spec<'cdn'>,
  cx: Context,
  source: Source,
  comment: string,
  enabled: boolean,
  reference: Json,
): { readonly [key: string]: Json } {
  return {
    CallerReference: reference,
    Comment: comment,
    Enabled: enabled,
    IsIPV6Enabled: true,
    HttpVersion: 'http2and3',
    PriceClass: 'PriceClass_100',
    ...(source.bucket === undefined ? {} : { DefaultRootObject: 'index.html' }),
    Aliases: { Quantity: spec.domains.length, ...(spec.domains.length === 0 ? {} : { Items: spec.domains }) },
    Origins: { Quantity: 1, Items: [source.origin] },
    DefaultCacheBehavior: {
      TargetOriginId: ORIGIN,
      ViewerProtocolPolicy: 'redirect-to-https',
      Compress: true,
      CachePolicyId: new Unknown(self(cx, 'policy')),
      ...(source.forwardsHost ? { OriginRequestPolicyId: ALL_VIEWER } : {}),
      AllowedMethods:
        source.bucket === undefined
          ? {
              Quantity: 7,
              Items: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
              CachedMethods: { Quantity: 2, Items: ['GET', 'HEAD'] },
            }
          : { Quantity: 2, Items: ['GET', 'HEAD'], CachedMethods: { Quantity: 2, Items: ['GET', 'HEAD'] } },
    },
    ViewerCertificate:
      spec.certificate === undefined
        ? { CloudFrontDefaultCertificate: true }
        : {
            ACMCertificateArn: new Unknown(cx.of('certificate', spec.certificate, 'id', 'issued')),
            SSLSupportMethod: 'sni-only',
            MinimumProtocolVersion: TLS,
          },
  };
}
