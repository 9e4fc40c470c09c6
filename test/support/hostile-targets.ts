/**
 * Targets that the hub must never call, each with the reason. `{port}` stands for the port of something that listens on
 * 127.0.0.1, so that whoever gets past the checks is seen there.
 */

export interface HostileTarget {
  readonly url: string;
  readonly because: string;
  /** What the refusal says. */
  readonly refusal: RegExp;
  /** Closed even where the operator opened every range. */
  readonly isAlwaysClosed: boolean;
}

type Row = readonly [text: string, because: string];

const NOT_PUBLIC = /^The address \S+ is not public and is not allowed as a target\b/;
const NO_SUCH_HOST = /^The host \S+ is not allowed as a target\b/;
const LEADS_ASTRAY = /^The host \S+ resolves to an address that is not public and is not allowed as a target\b/;
const NO_URL = /^The URL is not valid\b/;
const WITH_LOGIN = /^The URL must not hold a user name or password\b/;
const OTHER_SCHEME = /^The URL must start with https:\/\/ or http:\/\//;

/** The hub's own machine: what listens on 127.0.0.1 is reached by every one of these. */
const LOOPBACK: readonly Row[] = [
  ['127.0.0.1', 'loopback'],
  ['127.1', 'loopback, two parts'],
  ['127.0.1', 'loopback, three parts'],
  ['2130706433', 'loopback, one decimal number'],
  ['0x7f000001', 'loopback, one hexadecimal number'],
  ['0X7F000001', 'loopback, one hexadecimal number in upper case'],
  ['017700000001', 'loopback, one octal number'],
  ['0177.0.0.1', 'loopback, first part octal'],
  ['0x7f.0.0.1', 'loopback, first part hexadecimal'],
  ['0x7f.1', 'loopback, hexadecimal and short'],
  ['00000177.1', 'loopback, octal with more zeros, and short'],
  ['0177.0x0.0.0x1', 'loopback, octal, hexadecimal and decimal mixed'],
  ['127.0.0.1.', 'loopback with a trailing dot'],
  ['0x7f.1.', 'loopback, hexadecimal with a trailing dot'],
  ['%31%32%37.0.0.1', 'loopback, percent-encoded'],
  ['127%2e0%2e0%2e1', 'loopback, its dots percent-encoded'],
  ['１２７.０.０.１', 'loopback in full-width digits'],
  ['①②⑦.0.0.1', 'loopback in circled digits'],
  ['127。0。0。1', 'loopback with ideographic full stops'],
  ['127．0．0．1', 'loopback with full-width full stops'],
  ['%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1', 'loopback in full-width digits, percent-encoded'],
  ['[::ffff:127.0.0.1]', 'loopback as an IPv4-mapped IPv6 address, dotted'],
  ['[::ffff:7f00:1]', 'loopback as an IPv4-mapped IPv6 address, hexadecimal'],
  ['[0:0:0:0:0:FFFF:7F00:0001]', 'loopback as an IPv4-mapped IPv6 address, written out in upper case'],
];

const ADDRESSES: readonly Row[] = [
  ['127.255.255.254', 'loopback at its other end'],
  ['[::1]', 'IPv6 loopback'],
  ['[0:0:0:0:0:0:0:1]', 'IPv6 loopback, written out'],
  ['0', '0.0.0.0, one number: this machine on Linux'],
  ['0.0.0.0', 'unspecified: this machine on Linux'],
  ['0x0', 'unspecified, hexadecimal'],
  ['0.1.2.3', '0.0.0.0/8, this network'],
  ['[::]', 'IPv6 unspecified: this machine'],
  ['[::ffff:0.0.0.0]', 'unspecified, IPv4-mapped'],
  ['[::127.0.0.1]', 'loopback as an IPv4-compatible IPv6 address, dotted'],
  ['[::7f00:1]', 'loopback as an IPv4-compatible IPv6 address, hexadecimal'],
  ['[::ffff:0:127.0.0.1]', 'loopback as an IPv4-translated IPv6 address'],
  ['[64:ff9b::127.0.0.1]', 'loopback behind NAT64, dotted'],
  ['[64:ff9b::7f00:1]', 'loopback behind NAT64, hexadecimal'],
  ['[64:ff9b::10.0.0.1]', 'private behind NAT64'],
  ['[64:ff9b::8.8.8.8]', 'NAT64: nothing outside needs it'],
  ['[64:ff9b:1::10.0.0.1]', 'private behind local-use NAT64'],
  ['[64:ff9b:1::1]', 'local-use NAT64'],
  ['[2002:7f00:1::]', 'loopback in 6to4'],
  ['[2002:a00:1::1]', 'private in 6to4'],
  ['[2002:808:808::1]', '6to4: relays are gone'],
  ['[2001:0:7f00:1:0:0:80ff:fffe]', 'Teredo, loopback inside'],
  ['[2001:0:4136:e378:8000:63bf:3fff:fdd2]', 'Teredo'],
  ['10.0.0.1', 'private 10/8'],
  ['10.255.255.255', 'private 10/8 at its end'],
  ['012.1', 'private 10/8, octal and short'],
  ['167772161', 'private 10/8, one decimal number'],
  ['[::ffff:10.0.0.1]', 'private 10/8, IPv4-mapped'],
  ['172.16.0.1', 'private 172.16/12'],
  ['172.31.255.255', 'private 172.16/12 at its end'],
  ['192.168.0.1', 'private 192.168/16'],
  ['0xc0.0xa8.1', 'private 192.168/16, hexadecimal and short'],
  ['100.64.0.1', "shared between a carrier's customers, 100.64/10"],
  ['100.127.255.254', "shared between a carrier's customers, 100.64/10, at its end"],
  ['169.254.1.1', 'link-local'],
  ['0251.0376.0001.0001', 'link-local, octal'],
  ['[fe80::1]', 'IPv6 link-local'],
  ['[febf::1]', 'IPv6 link-local at its end'],
  ['[fe80::5efe:10.0.0.1]', 'ISATAP, private inside'],
  ['[fc00::1]', 'unique-local'],
  ['[fd12:3456:789a::1]', 'unique-local'],
  ['[fec0::1]', 'site-local, deprecated'],
  ['192.0.0.1', 'IETF protocol assignments'],
  ['192.0.0.170', 'NAT64 discovery'],
  ['192.0.2.1', 'documentation'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.1', 'documentation'],
  ['[2001:db8::1]', 'documentation'],
  ['[3fff::1]', 'documentation'],
  ['192.31.196.1', 'AS112'],
  ['192.52.193.1', 'automatic multicast tunnels'],
  ['192.88.99.1', '6to4 relays, deprecated'],
  ['192.175.48.1', 'AS112'],
  ['[2620:4f:8000::1]', 'AS112'],
  ['198.18.0.1', 'benchmarks'],
  ['198.19.255.255', 'benchmarks'],
  ['[2001:2::1]', 'benchmarks'],
  ['[2001:10::1]', 'ORCHID'],
  ['[2001:20::1]', 'ORCHIDv2'],
  ['[100::1]', 'discard-only'],
  ['[5f00::1]', 'segment routing'],
  ['[4000::1]', 'not assigned'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.250', 'multicast, as SSDP uses it'],
  ['[ff02::1]', 'IPv6 multicast'],
  ['240.0.0.1', 'reserved 240/4'],
  ['255.255.255.255', 'broadcast'],
  ['4294967295', 'broadcast, one decimal number'],
];

/** Where clouds hand out credentials to whoever asks from inside. */
const METADATA: readonly Row[] = [
  ['169.254.169.254', 'AWS, Azure, Google Cloud, Oracle, OpenStack and others'],
  ['2852039166', 'the same, one decimal number'],
  ['0xa9fea9fe', 'the same, one hexadecimal number'],
  ['025177524776', 'the same, one octal number'],
  ['0251.0376.0251.0376', 'the same, octal'],
  ['169.254.43518', 'the same, three parts'],
  ['169.16689662', 'the same, two parts'],
  ['１６９.254.169.254', 'the same, full-width digits'],
  ['%31%36%39.254.169.254', 'the same, percent-encoded'],
  ['169.254.169.254.', 'the same, trailing dot'],
  ['[::ffff:169.254.169.254]', 'the same, IPv4-mapped, dotted'],
  ['[::ffff:a9fe:a9fe]', 'the same, IPv4-mapped, hexadecimal'],
  ['[::a9fe:a9fe]', 'the same, IPv4-compatible'],
  ['[::ffff:0:a9fe:a9fe]', 'the same, IPv4-translated'],
  ['[64:ff9b::a9fe:a9fe]', 'the same, behind NAT64'],
  ['[64:ff9b:1::a9fe:a9fe]', 'the same, behind local-use NAT64 with 96 bits of prefix'],
  ['[64:ff9b:1:0:a9:fea9:fe00:0]', 'the same, behind local-use NAT64 with 64 bits of prefix'],
  ['[64:ff9b:1:a9fe:a9:fe00::]', 'the same, behind local-use NAT64 with 48 bits of prefix'],
  ['[2001:678:abc:64::a9fe:a9fe]', "the same, behind a network's own NAT64"],
  ['[2002:a9fe:a9fe::1]', 'the same, in 6to4'],
  ['[2001:0:808:808:0:0:5601:5601]', 'the same, in Teredo'],
  ['[fe80::a9fe:a9fe]', 'OpenStack and Akamai'],
  ['[fd00:ec2::254]', 'AWS'],
  ['[fd00:0ec2:0:0:0:0:0:0254]', 'AWS, written out'],
  ['[FD00:EC2::254]', 'AWS, upper case'],
  ['[fd00:ec2::23]', 'AWS EKS pods'],
  ['169.254.170.2', 'AWS containers'],
  ['169.254.170.23', 'AWS EKS pods'],
  ['[fd20:ce::254]', 'Google Cloud'],
  ['168.63.129.16', "Azure's host agent: a public address"],
  ['0xa83f8110', "Azure's host agent, hexadecimal"],
  ['[::ffff:168.63.129.16]', "Azure's host agent, IPv4-mapped"],
  ['100.100.100.200', 'Alibaba'],
  ['[fd00:100::100:200]', 'Alibaba'],
  ['192.0.0.192', 'Oracle, first generation'],
  ['[fd00:c1::a9fe:a9fe]', 'Oracle'],
  ['169.254.0.23', 'Tencent'],
  ['169.254.10.10', 'Tencent'],
  ['169.254.42.42', 'Scaleway'],
  ['[fd00:42::42]', 'Scaleway'],
  ['[fd00:a9fe:a9fe::1]', 'Akamai'],
];

const METADATA_NAMES: readonly Row[] = [
  ['metadata.google.internal', 'Google Cloud, by name'],
  ['METADATA.google.INTERNAL', 'Google Cloud, by name, upper case'],
  ['metadata.google.internal.', 'Google Cloud, by name, trailing dot'],
  ['metadata%2egoogle%2einternal', 'Google Cloud, by name, percent-encoded'],
  ['ｍetadata.google.internal', 'Google Cloud, by name, a full-width letter'],
  ['metadata', 'Google Cloud, by its short name'],
  ['metadata.goog', 'Google Cloud, by its other name'],
  ['metadata.azure.internal', 'Azure, by name'],
  ['metadata.tencentyun.com', 'Tencent, by name'],
  ['instance-data.ec2.internal', 'AWS, by name'],
];

/** Ways to make a reader see another host than the one that is called. */
const MISLEADING: readonly Row[] = [
  ['http:127.0.0.1:{port}/', 'no slashes: still loopback'],
  ['http:/\\127.0.0.1:{port}/', 'a backslash for a slash'],
  ['http:////127.0.0.1:{port}/', 'more slashes'],
  ['HTTP://127.1:{port}', 'upper-case scheme, no path'],
  ['http://127.0.0\t.1:{port}/', 'a tab that URL parsers drop'],
  ['http://127.0.0.1:{port}#@good.example/', 'the good host is the fragment'],
  ['http://127.0.0.1:{port}?@good.example/', 'the good host is the query'],
  ['http://127.0.0.1:{port}\\@good.example/', 'the good host is the path'],
  [' http://127.0.0.1:{port}/ ', 'spaces around it'],
];

const INVALID: readonly Row[] = [
  ['http://[fe80::1%25eth0]:{port}/', 'link-local with a zone id'],
  ['http://[fe80::1%eth0]:{port}/', 'link-local with a bare zone id'],
  ['http://[::1%251]:{port}/', 'loopback with a zone id'],
  ['http://127.0.0.1%00.good.example:{port}/', 'an encoded NUL in the host'],
  ['http://[::ffff:127.0.0.1.]:{port}/', 'a trailing dot in brackets'],
  ['http://[::127.1]:{port}/', 'a short address in brackets'],
  ['http://4294967296:{port}/', 'more than 32 bits: some wrap around to 0.0.0.0'],
  ['http://383.0.0.1:{port}/', 'a part over 255: some wrap around to 127'],
  ['http://127.0.0.08:{port}/', 'no octal number'],
  ['http://127.0.0.1:{port}:80/', 'two ports'],
  ['//127.0.0.1:{port}/', 'no scheme'],
  ['127.0.0.1:{port}/', 'no scheme'],
];

const LOGINS: readonly Row[] = [
  ['http://good.example@127.0.0.1:{port}/', 'the good host is a login'],
  ['http://good.example:80@127.0.0.1:{port}/', 'the good host is a login with a password'],
  ['http://good.example%23@127.0.0.1:{port}/', 'the good host is a login with an encoded #'],
  ['http://1.1.1.1 &@127.0.0.1:{port}# @1.0.0.1/', 'three hosts, of which parsers pick different ones'],
  ['http://127.0.0.1%23@good.example:{port}/', 'a login, whatever it looks like'],
  ['http://:secret@good.example:{port}/', 'a password alone'],
];

const SCHEMES: readonly Row[] = [
  ['ftp://127.0.0.1:{port}/', 'no HTTP'],
  ['file:///etc/passwd', 'no HTTP'],
  ['gopher://127.0.0.1:{port}/_x', 'no HTTP'],
  ['javascript:alert(1)', 'no HTTP'],
  ['data:text/plain,x', 'no HTTP'],
  ['ws://127.0.0.1:{port}/', 'no HTTP'],
  ['unix:/var/run/docker.sock', 'no HTTP'],
  ['localhost:{port}/', 'a host that reads as a scheme'],
];

/** What the name server of the tests says of names; every look-up answers the same. */
export const HOSTILE_NAMES: readonly (readonly [host: string, addresses: readonly string[], because: string])[] = [
  ['loopback.test', ['127.0.0.1'], 'resolves to loopback'],
  ['LOOPBACK.Test', ['127.0.0.1'], 'resolves to loopback, upper case'],
  ['loopback.test.', ['127.0.0.1'], 'resolves to loopback, trailing dot'],
  ['loop%62ack.test', ['127.0.0.1'], 'resolves to loopback, percent-encoded'],
  ['loopback6.test', ['::1'], 'resolves to IPv6 loopback'],
  ['any.test', ['0.0.0.0'], 'resolves to this machine'],
  ['private.test', ['10.0.0.1'], 'resolves to a private address'],
  ['shared.test', ['100.64.0.1'], 'resolves to a shared address'],
  ['local6.test', ['fd12:3456:789a::1'], 'resolves to a unique-local address'],
  ['link6.test', ['fe80::1'], 'resolves to a link-local address'],
  ['mapped.test', ['::ffff:127.0.0.1'], 'resolves to mapped loopback'],
  ['nat64.test', ['64:ff9b::7f00:1'], 'resolves to loopback behind NAT64'],
  ['one-bad.test', ['93.184.216.34', '127.0.0.1'], 'resolves to a public address and to loopback'],
  ['one-bad-first.test', ['10.0.0.1', '93.184.216.34'], 'resolves to a private address and to a public one'],
  ['one-bad6.test', ['93.184.216.34', '::1'], 'resolves to a public IPv4 address and to IPv6 loopback'],
];
const HOSTILE_METADATA_NAMES: typeof HOSTILE_NAMES = [
  ['cloud.test', ['169.254.169.254'], 'resolves to metadata'],
  ['cloud6.test', ['fd00:ec2::254'], 'resolves to metadata'],
  ['cloud-nat64.test', ['64:ff9b::a9fe:a9fe'], 'resolves to metadata behind NAT64'],
  ['cloud-and-good.test', ['93.184.216.34', '169.254.169.254'], 'resolves to a public address and to metadata'],
];

/** Where a name leads once it was accepted: each is refused when it is called. */
export const REBOUND: readonly (readonly [first: readonly string[], then: readonly string[], because: string])[] = [
  [['93.184.216.34'], ['127.0.0.1'], 'public when saved, loopback when called'],
  [['93.184.216.34'], ['169.254.169.254'], 'public when saved, metadata when called'],
  [['2606:4700:4700::1111'], ['::1'], 'public when saved, IPv6 loopback when called'],
  [['93.184.216.34'], ['93.184.216.34', '10.0.0.1'], 'public when saved, private as well when called'],
  [[], ['127.0.0.1'], 'unknown when saved, loopback when called'],
];

const onHost = ([host, because]: Row): Row => [`http://${host}:{port}/hook`, because];
const target =
  (refusal: RegExp, isAlwaysClosed = false) =>
  ([url, because]: Row): HostileTarget => ({ url, because, refusal, isAlwaysClosed });
const named = ([host, , because]: (typeof HOSTILE_NAMES)[number]): Row => onHost([host, because]);

/** These reach 127.0.0.1 wherever its range is opened. */
export const LOOPBACK_TARGETS: readonly HostileTarget[] = LOOPBACK.map(onHost).map(target(NOT_PUBLIC));

export const HOSTILE_TARGETS: readonly HostileTarget[] = [
  ...LOOPBACK_TARGETS,
  ...ADDRESSES.map(onHost).map(target(NOT_PUBLIC)),
  ...METADATA.map(onHost).map(target(NOT_PUBLIC, true)),
  ...METADATA_NAMES.map(onHost).map(target(NO_SUCH_HOST, true)),
  ...MISLEADING.map(target(NOT_PUBLIC)),
  ...INVALID.map(target(NO_URL, true)),
  ...LOGINS.map(target(WITH_LOGIN, true)),
  ...SCHEMES.map(target(OTHER_SCHEME, true)),
  ...HOSTILE_NAMES.map(named).map(target(LEADS_ASTRAY)),
  ...HOSTILE_METADATA_NAMES.map(named).map(target(LEADS_ASTRAY, true)),
];

/** What a name server has to say for the table. */
export const HOSTILE_ADDRESSES: ReadonlyMap<string, readonly string[]> = new Map(
  [...HOSTILE_NAMES, ...HOSTILE_METADATA_NAMES].map(([host, addresses]) => [
    decodeURIComponent(host).toLowerCase().replace(/\.$/, ''),
    addresses,
  ]),
);
