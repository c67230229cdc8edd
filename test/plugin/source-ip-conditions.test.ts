import { describe, expect, test } from 'vitest';
import { get, meets, refused, tagging } from './gateway.ts';

const from = (address: string) => get('/', [], { 'source.address': address });
const within = (...cidrs: readonly string[]) => ({ kind: 'sourceIp', cidrs }) as const;

describe('a sourceIp condition', () => {
  test.each([
    ['10.0.0.0/8', '10.1.2.3:5555'],
    ['10.0.0.0/8', '10.255.255.255'],
    ['10.1.2.3', '10.1.2.3:1'],
    ['10.1.2.3/32', '10.1.2.3:1'],
    ['10.1.2.3/8', '10.9.9.9:1'],
    ['192.168.1.128/25', '192.168.1.128:80'],
    ['192.168.1.128/25', '192.168.1.255:80'],
    ['172.16.0.0/12', '172.31.255.255:80'],
    ['128.0.0.0/1', '255.255.255.255:80'],
    ['0.0.0.0/0', '1.2.3.4:5'],
    ['0.0.0.0/0', '0.0.0.0:5'],
    ['10.0.0.0/8', '[::ffff:10.1.2.3]:80'],
    ['10.0.0.0/8', '::ffff:a01:203'],
    ['::ffff:10.0.0.0/104', '10.1.2.3:80'],
    ['::ffff:0:0/96', '10.1.2.3:80'],
    ['2001:db8::/32', '[2001:db8::1]:443'],
    ['2001:db8::/32', '2001:DB8:ffff::'],
    ['2001:db8::/33', '[2001:db8:7fff::1]:443'],
    ['::1', '[::1]:443'],
    ['::1/128', '0:0:0:0:0:0:0:1'],
    ['::/0', '[::]:1'],
    ['::/0', '[1:2:3:4:5:6:7:8]:9'],
    ['fe80::/10', '[febf::1]:2'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:102:304', '1:2:3:4:5:6:1.2.3.4'],
    ['64:ff9b::102:304', '64:ff9b::1.2.3.4'],
    ['::102:304', '::1.2.3.4'],
    ['1::', '1::'],
    ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7::'],
    ['0:2:3:4:5:6:7:8', '::2:3:4:5:6:7:8'],
  ])('with %s is met by %s', (cidr, address) => {
    expect(meets(within(cidr), from(address))).toBe(true);
    expect(meets({ ...within(cidr), negate: true }, from(address))).toBe(false);
  });

  test.each([
    ['10.0.0.0/8', '11.0.0.0:80'],
    ['10.1.2.3', '10.1.2.2:80'],
    ['192.168.1.128/25', '192.168.1.127:80'],
    ['172.16.0.0/12', '172.32.0.0:80'],
    ['10.0.0.0/31', '10.0.0.2:80'],
    ['0.0.0.0/0', '[::1]:80'],
    ['0.0.0.0/0', '[::1.2.3.4]:80'],
    ['::/0', '1.2.3.4:80'],
    ['::/0', '[::ffff:1.2.3.4]:80'],
    ['::/95', '1.2.3.4:80'],
    ['2001:db8::/32', '[2001:db9::1]:443'],
    ['2001:db8::/33', '[2001:db8:8000::1]:443'],
    ['::1', '[::2]:80'],
    ['fe80::/10', '[fec0::1]:2'],
  ])('with %s is not met by %s', (cidr, address) => {
    expect(meets(within(cidr), from(address))).toBe(false);
    expect(meets({ ...within(cidr), negate: true }, from(address))).toBe(true);
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.256:1',
    '1.2.3.4.5',
    '1.2.3.4.',
    '.1.2.3',
    '1..2.3',
    '01.2.3.4',
    '1.2.3.00',
    '1.2.3.x',
    '1.2.3.1000',
    ' 1.2.3.4',
    '/run/socket',
    '@abstract',
    '[::1',
    '[]:80',
    '[',
    '[1.2.3.4:80',
    '::1]',
    ':',
    ':1',
    '1:',
    ':1::',
    '1::2::3',
    '1:::2',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1:2:3:4:5:1.2.3.4',
    '::1.2.3.4:5',
    '::1.2.3',
    '::fffff',
    '::g',
    'fe80::1%eth0',
    'unknown',
    '1.2.3.4:',
    '1.2.3.4:x',
    '1.2.3.4:5:6',
    '1.2.3.4::',
    '[::1]:',
    '[::1]x',
    '[::1]80',
    '[::1]:8x',
  ])('takes %j for no address: as if it were missing', (address) => {
    expect(meets(within('0.0.0.0/0', '::/0'), from(address))).toBe(false);
    expect(meets({ ...within('0.0.0.0/0', '::/0'), negate: true }, from(address))).toBe(true);
  });

  test('holds for no request whose address nobody knows', () => {
    expect(meets(within('0.0.0.0/0', '::/0'), get())).toBe(false);
    expect(meets({ ...within('0.0.0.0/0'), negate: true }, get())).toBe(true);
  });

  test('is met by any of its networks', () => {
    const networks = within('10.0.0.0/8', '::1', '192.168.0.0/16');
    const met = ['10.0.0.1:1', '[::1]:1', '192.168.3.4:1', '1.1.1.1:1'].map((address) =>
      meets(networks, from(address)),
    );
    expect(met).toEqual([true, true, true, false]);
  });

  test('is not met by what the client says of itself', () => {
    const request = get('/', [['x-forwarded-for', '10.0.0.1']], { 'source.address': '1.1.1.1:1' });
    expect(meets(within('10.0.0.0/8'), request)).toBe(false);
  });

  test.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/x',
    '10.0.0.0/8 ',
    '10.0.0.0/-1',
    '10.0.0.0/0008',
    '::/129',
    '::ffff:10.0.0.0/129',
    '10.0.0',
    '10.0.0.0.0/8',
    '1.2.3.4:80',
    '[::1]',
    'localhost',
    '/8',
    '::1::/64',
  ])('refuses the network %s', (cidr) => {
    expect(refused({ rules: [tagging(within('::1', cidr))] })).toMatchObject({
      code: 'InvalidValue',
      pointer: '/rules/0/conditions/0/cidrs/1',
    });
  });
});
