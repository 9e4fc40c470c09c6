import { describe, expect, it } from '@jest/globals';
import { TargetPolicy } from './target-policy.js';

const CLOSED_ADDRESSES = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.1.1', '172.16.0.1'],
  ...['172.31.255.255', '192.0.0.1', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.19.255.255'],
  ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  ...[
    '::',
    '::1',
    '::127.0.0.1',
    '::8.8.8.8',
    '100::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
  ],
  ...['ff02::1', '2001:db8::1', '3fff::1', '2001:2::1', '2001:10::1', '2001:20::1', '5f00::1', '4000::1'],
  ...[
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:0:127.0.0.1',
    '64:ff9b::8.8.8.8',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
  ],
  ...['2002:7f00:1::', '2002:808:808::', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
];
const OPEN_ADDRESSES = [
  '1.1.1.1',
  '8.8.8.8',
  '93.184.216.34',
  '172.32.0.1',
  '2606:4700:4700::1111',
  '2a00:1450:4001::200e',
];
const METADATA_ADDRESSES = [
  ...['169.254.169.254', '169.254.170.2', '100.100.100.200', '168.63.129.16', 'fd00:ec2::254', 'fd00:ec2:0:0::0254'],
  ...['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::1', '::a9fe:a9fe'],
];
const EVERYTHING = ['0.0.0.0/0', '::/0'];

describe('TargetPolicy', () => {
  const strict = new TargetPolicy([], true);

  it.each(CLOSED_ADDRESSES)('keeps %s closed', (address) => {
    expect(strict.allows(address)).toBe(false);
  });

  it.each(OPEN_ADDRESSES)('lets %s through', (address) => {
    expect(strict.allows(address)).toBe(true);
  });

  it.each(METADATA_ADDRESSES)(
    'keeps the metadata address %s closed even when everything is allow-listed',
    (address) => {
      expect(new TargetPolicy(EVERYTHING, true).allows(address)).toBe(false);
    },
  );

  it.each(['metadata.google.internal', 'METADATA.google.internal.', 'metadata', 'instance-data.ec2.internal'])(
    'keeps the metadata host %s closed even when everything is allow-listed',
    (host) => {
      expect(new TargetPolicy(EVERYTHING, true).refuseHost(host)).toContain('is not allowed');
    },
  );

  it('opens an allow-listed IPv4 range in its IPv4-mapped spelling, too', () => {
    const policy = new TargetPolicy(['10.0.0.0/8'], true);
    expect(policy.allows('10.1.2.3')).toBe(true);
    expect(policy.allows('::ffff:10.1.2.3')).toBe(true);
    expect(policy.allows('::ffff:11.1.2.3')).toBe(false);
    expect(policy.allows('192.168.0.1')).toBe(false);
  });

  it('vets the address inside an allow-listed gateway range', () => {
    const policy = new TargetPolicy(['64:ff9b::/96'], true);
    expect(policy.allows('64:ff9b::8.8.8.8')).toBe(true);
    expect(policy.allows('64:ff9b::10.0.0.1')).toBe(false);
  });

  it('opens no IPv4 address for a range of mapped addresses', () => {
    const policy = new TargetPolicy(['::ffff:0:0/96'], true);
    expect(policy.allows('10.0.0.1')).toBe(false);
    expect(policy.allows('::ffff:10.0.0.1')).toBe(false);
  });

  it.each(['10.0.0.0', '010.0.0.0/8', 'private', '10.0.0.0/33', ''])(
    'does not start with the allow-list entry "%s"',
    (cidr) => {
      expect(() => new TargetPolicy([cidr], true)).toThrow();
    },
  );

  it.each(['', '1.1', 'localhost', '010.0.0.1', '0x8.8.8.8'])('takes "%s" for no address at all', (text) => {
    expect(new TargetPolicy(EVERYTHING, true).allows(text)).toBe(false);
  });

  it.each([
    ['hooks.example.com/in', 'The URL is not valid.'],
    ['', 'The URL is not valid.'],
    ['ftp://example.com', 'must start with https:// or http://'],
    ['file:///etc/passwd', 'must start with https:// or http://'],
    ['https://user:secret@example.com/', 'must not hold a user name or password'],
    ['https://user@example.com/', 'must not hold a user name or password'],
  ])('refuses the URL "%s"', (text, reason) => {
    expect(strict.vetUrl(text, false).refusal).toContain(reason);
  });

  it('refuses plain HTTP where it is switched off, or where a dialect demands HTTPS', () => {
    const reason = 'The URL must start with https://.';
    expect(strict.vetUrl('http://example.com', false).refusal).toBeNull();
    expect(strict.vetUrl('http://example.com', true).refusal).toBe(reason);
    expect(new TargetPolicy([], false).vetUrl('http://example.com', false).refusal).toBe(reason);
    expect(new TargetPolicy([], false).vetUrl('https://example.com', true).refusal).toBeNull();
  });

  it('does not tell which private address a name resolves to', () => {
    expect(strict.refuseResolved('db.internal', ['8.8.8.8', '10.1.2.3'])).not.toContain('10.1.2.3');
  });
});
