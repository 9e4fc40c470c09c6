import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Cidr = [Address, number];

/** Where clouds hand out credentials to whoever asks from inside. Closed even when their range is allow-listed. */
const METADATA_ADDRESSES = [
  '169.254.169.254', // AWS, Azure, Google Cloud, Oracle, OpenStack and others
  '169.254.170.2', // AWS containers
  '169.254.170.23', // AWS EKS pods
  '169.254.0.23', // Tencent
  '169.254.10.10', // Tencent
  '169.254.42.42', // Scaleway
  '100.100.100.200', // Alibaba
  '168.63.129.16', // Azure's host agent: a public address, yet served by the machine below
  '192.0.0.192', // Oracle, first generation
  'fd00:ec2::254', // AWS
  'fd00:ec2::23', // AWS EKS pods
  'fd20:ce::254', // Google Cloud
  'fd00:c1::a9fe:a9fe', // Oracle
  'fd00:100::100:200', // Alibaba
  'fd00:42::42', // Scaleway
  'fd00:a9fe:a9fe::1', // Akamai
  'fe80::a9fe:a9fe', // OpenStack and Akamai
].map((address) => ipaddr.parse(address).toString());

const METADATA_HOSTNAMES = [
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
  'instance-data',
  'instance-data.ec2.internal',
];

const MAX_KEPT_VERDICTS = 5_000;

/** The only block that IPv6 gives to global unicast; outside of it ipaddr.js calls unassigned addresses unicast, too. */
const GLOBAL_UNICAST_IPV6: [ipaddr.IPv6, number] = ipaddr.IPv6.parseCIDR('2000::/3');

export type VettedUrl =
  { readonly url: URL; readonly refusal: null } | { readonly url: null; readonly refusal: string };

/**
 * Decides which targets may be reached: public ones, and what the operator allow-listed.
 * An address that carries an IPv4 address inside (mapped, NAT64, 6to4 ...) must be fine both as itself and as that one.
 */
export class TargetPolicy {
  private readonly allowedCidrs: readonly Cidr[];
  private readonly verdicts = new Map<string, VettedUrl>();
  private readonly verdictsHttpsOnly = new Map<string, VettedUrl>();

  constructor(
    allowCidrs: readonly string[],
    private readonly allowHttp: boolean,
  ) {
    this.allowedCidrs = allowCidrs.map(parseCidr).flatMap(withMappedSpelling);
  }

  /** All that can be said without asking for the addresses of a name. The same text always gets the same answer, which is kept. */
  vetUrl(text: string, httpsOnly: boolean): VettedUrl {
    const verdicts = httpsOnly ? this.verdictsHttpsOnly : this.verdicts;
    const known = verdicts.get(text);
    if (known) return known;
    const verdict = this.judgeUrl(text, httpsOnly);
    if (verdicts.size >= MAX_KEPT_VERDICTS) verdicts.clear();
    verdicts.set(text, verdict);
    return verdict;
  }

  private judgeUrl(text: string, httpsOnly: boolean): VettedUrl {
    if (!URL.canParse(text)) return refuse('The URL is not valid.');
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      return refuse('The URL must start with https:// or http://.');
    if (url.protocol === 'http:' && (httpsOnly || !this.allowHttp)) return refuse('The URL must start with https://.');
    if (url.username !== '' || url.password !== '') return refuse('The URL must not hold a user name or password.');
    const refusal = this.refuseHost(hostOf(url));
    return refusal === null ? { url, refusal } : refuse(refusal);
  }

  /** `host` as the connection gets it: a name, or an address without brackets. */
  refuseHost(host: string): string | null {
    if (isIP(host) !== 0)
      return this.allows(host) ? null : `The address ${host} is not public and is not allowed as a target.`;
    const name = host.toLowerCase().replace(/\.+$/, '');
    return METADATA_HOSTNAMES.includes(name) ? `The host ${name} is not allowed as a target.` : null;
  }

  /** One address that is not allowed closes the name. Which one is not told: it would map out the hub's network. */
  refuseResolved(host: string, addresses: readonly string[]): string | null {
    if (addresses.every((address) => this.allows(address))) return null;
    return `The host ${host} resolves to an address that is not public and is not allowed as a target.`;
  }

  allows(text: string): boolean {
    if (isIP(text) === 0) return false;
    const address = ipaddr.parse(text);
    const embedded = embeddedIpv4(address);
    const forms = embedded === null ? [address] : [address, embedded];
    if ([...forms, ...translatedIpv4s(address)].some(isMetadata)) return false;
    return forms.every((form) => this.isAllowListed(form) || isGlobalUnicast(form));
  }

  private isAllowListed(address: Address): boolean {
    return this.allowedCidrs.some(
      ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
    );
  }
}

/** The host of a URL without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}

function refuse(refusal: string): VettedUrl {
  return { url: null, refusal };
}

function parseCidr(text: string): Cidr {
  // ipaddr.js reads 010.0.0.0 as octal; `isIP` lets nothing but the plain spelling through.
  if (isIP(text.split('/')[0] ?? '') === 0) throw new Error(`${text} is not an address range such as 10.0.0.0/8`);
  return ipaddr.parseCIDR(text);
}

/** The other way round is left out: a range of mapped addresses opens no IPv4 address. */
function withMappedSpelling([network, bits]: Cidr): Cidr[] {
  const cidr: Cidr = [network, bits];
  return network instanceof ipaddr.IPv4 ? [cidr, [network.toIPv4MappedAddress(), bits + 96]] : [cidr];
}

function isGlobalUnicast(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST_IPV6);
}

/** The IPv4 address that a gateway, tunnel or the kernel itself would go on to. */
function embeddedIpv4(address: Address): ipaddr.IPv4 | null {
  if (address instanceof ipaddr.IPv4) return null;
  const bytes = address.toByteArray();
  switch (address.range()) {
    case 'ipv4Mapped':
    case 'rfc6145':
    case 'rfc6052':
      return new ipaddr.IPv4(bytes.slice(12));
    case '6to4':
      return new ipaddr.IPv4(bytes.slice(2, 6));
    case 'teredo':
      return new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff));
    default:
      return isIpv4Compatible(bytes) ? new ipaddr.IPv4(bytes.slice(12)) : null;
  }
}

/**
 * Where a network's own NAT64 would go on to (RFC 6052, 2.2). Nothing tells its prefix from others, so this is too wide for
 * more than a few addresses: those that must stay closed whatever the network is.
 */
function translatedIpv4s(address: Address): ipaddr.IPv4[] {
  if (address instanceof ipaddr.IPv4) return [];
  const bytes = address.toByteArray();
  // Its bits 64 to 71 hold nothing.
  const rest = [...bytes.slice(0, 8), ...bytes.slice(9)];
  const starts = [4, 5, 6, 7, 8].map((start) => rest.slice(start, start + 4));
  return [...starts, bytes.slice(12)].map((four) => new ipaddr.IPv4(four));
}

/** ::a.b.c.d, long deprecated; :: and ::1 are not meant. */
function isIpv4Compatible(bytes: readonly number[]): boolean {
  return bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12, 15).some((byte) => byte !== 0);
}

function isMetadata(address: Address): boolean {
  return METADATA_ADDRESSES.includes(address.toString().replace(/%.*$/, ''));
}
