import { randomBytes } from 'node:crypto';

/**
 * Users of the test cluster beside `admin`. They may do what a test grants them by RBAC, and nothing else. A name such as
 * `system:serviceaccount:NAMESPACE:NAME` stands for that ServiceAccount.
 */
const USERS = ['agent', 'agent-2', 'reader', 'approver', 'writer', 'stranger'] as const;

/** Tokens by user. */
export type Tokens = ReadonlyMap<string, string>;

export function makeTokens(): Tokens {
  return new Map(USERS.map((user) => [user, randomBytes(16).toString('hex')]));
}

/** What `--token-auth-file` reads: token, user, uid. */
export function tokenFile(tokens: Tokens): string {
  return [...tokens].map(([user, token]) => `${token},${user},${user}\n`).join('');
}

/** How somebody proves who they are. */
export type Credentials = { readonly token: string } | { readonly certFile: string; readonly keyFile: string };

/** Text of a kubeconfig with one context, of that user, in namespace `default`. */
export function kubeconfigText(url: string, caFile: string, user: string, credentials: Credentials): string {
  const secret =
    'token' in credentials
      ? { token: credentials.token }
      : { 'client-certificate': credentials.certFile, 'client-key': credentials.keyFile };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority': caFile } }],
    users: [{ name: user, user: secret }],
    contexts: [{ name: 'test', context: { cluster: 'test', user, namespace: 'default' } }],
  });
}
