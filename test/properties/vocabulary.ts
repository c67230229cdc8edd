/** The words of which random configurations and requests are made: few, so that the two meet often. */

export const HEADER_NAMES = [
  'x-user-id',
  'X-User-Id',
  'x-group',
  'x-request-id',
  'user-agent',
  'x_user_id',
  'x-mse-tag',
  'x_mse-tag',
  'x-lane',
  'cookie',
  "!#$%&'*+.^`|~",
] as const;

export const COOKIE_NAMES = ['user', 'User', 'canary', 'a', 'x-y_z'] as const;

export const QUERY_NAMES = ['user', 'User', 'a b', 'a=b', 'a&b', 'é', '%', '+', 'u[]', '\u0000'] as const;

export const TEXTS = [
  '',
  '1',
  '100',
  'gray',
  'always',
  'Gray',
  'u1',
  'u-12',
  'abcabc',
  'a b',
  'a,b',
  'a;b=c',
  '"q"',
  'é',
  '中文',
  '😀',
  'x'.repeat(300),
] as const;

export const PATHS = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/a//b',
  '/ab',
  '/A',
  '/a%2Fb',
  '/é',
  '//',
  '/a.b;c=d',
  `/${'long/'.repeat(40)}`,
] as const;

export const HOSTS = [
  'example.com',
  'Example.COM',
  'a.example.com',
  'a.b.example.com',
  'localhost',
  '127.0.0.1',
  'x-y.z',
] as const;

export const SCOPE_HOSTS = [...HOSTS, '*.example.com', '**.example.com', '*.COM', '**.b.example.com'] as const;

export const METHODS = ['GET', 'POST', 'get', 'PATCH', 'X'] as const;

export const LANES = ['gray', 'default/a', 'L.1_-'] as const;

export const SET_NAMES = ['vip', 'é', 'hosts'] as const;

export const TAG_HEADERS = ['x-mse-tag', 'X-Lane', 'x_a-b_c', 'tag', 'x-user-id', 'x--y'] as const;

export const ROUTES = ['ns/a', 'ns/b', 'a', 'é'] as const;

export const SERVICES = ['a.ns.svc.cluster.local', 'b.ns.svc.cluster.local', 'outside.dns'] as const;

export const DOMAINS = [...HOSTS, '*.example.com', '*', 'example.*', '*com', 'Example.*'] as const;

/** Networks with addresses that lie in them. */
export const NETWORKS: ReadonlyMap<string, readonly string[]> = new Map([
  ['10.0.0.0/8', ['10.1.2.3:5555', '10.255.255.255', '[::ffff:10.1.2.3]:80', '::ffff:a01:203']],
  ['10.1.2.3', ['10.1.2.3:1', '10.1.2.3']],
  ['192.168.1.128/25', ['192.168.1.128:80', '192.168.1.255:80']],
  ['0.0.0.0/0', ['1.2.3.4:5', '255.255.255.255:1', '0.0.0.0']],
  ['2001:db8::/32', ['[2001:db8::1]:443', '2001:DB8:ffff::', '2001:0db8:0:0:0:0:0:1']],
  ['::1', ['[::1]:443', '::1', '0:0:0:0:0:0:0:1']],
  ['::/0', ['[::]:1', '::ffff:1.2.3.4', '[1:2:3:4:5:6:7:8]:9', '1:2:3:4:5:6:1.2.3.4']],
  ['::ffff:0:0/96', ['::ffff:1.2.3.4', '[::ffff:255.0.0.1]:5']],
  ['fe80::/10', ['fe80::1', '[febf::1]:2']],
]);

/** Addresses that are none, or hardly. */
export const ODD_ADDRESSES = [
  '',
  '1.2.3',
  '1.2.3.256:1',
  '1.2.3.4.5',
  '01.2.3.4',
  '/run/socket',
  '[::1',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4::5:6:7:8',
  '1:2:3:4:5:6:7::',
  'fe80::1%eth0',
  '::fffff',
  '1.2.3.4:',
  '1.2.3.4:abc',
  '1.2.3.4::',
  '[::1]junk',
  '[::1]:',
  ' 10.1.2.3',
  'unknown',
] as const;

/** Patterns with texts that they match. */
export const PATTERNS: ReadonlyMap<string, readonly string[]> = new Map([
  ['', ['']],
  ['.*', ['', 'anything', 'é']],
  ['.+', ['x', '中文']],
  ['u[0-9]+', ['u1', 'u42']],
  ['gray|beta', ['gray', 'beta']],
  ['(?i)GRAY', ['gray', 'Gray', 'gRAY']],
  ['(a|ab)(c|bcd)(d*)', ['abcd', 'acd', 'abc', 'ac']],
  ['[^a-z]{1,3}', ['1', 'AB', '中文']],
  ['\\d{3}', ['100', '999']],
  ['[[:alpha:]]+-\\w*', ['u-12', 'a-']],
  ['a.c', ['abc', 'aéc', 'a😀c']],
  ['(?s)a.c', ['abc', 'a\nc']],
  ['^a+$', ['a', 'aaa']],
  ['(?:x{2,5}y?)+', ['xx', 'xxxyxx']],
  ['/a/[^/]+', ['/a/b', '/a/a.b']],
  ['/(a|é)(/.*)?', ['/a', '/é', '/a/b', '/a/']],
  ['.*\\.example\\.com', ['a.example.com', 'a.b.example.com']],
  ['[a-z.]+', ['example.com', 'localhost']],
  ['G.T|POST', ['GET', 'POST']],
  ['\\x{4e2d}\\x{6587}', ['中文']],
  ['\\Q.*\\E', ['.*']],
]);
