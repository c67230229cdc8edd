import { exchangeHttp1, http1Text } from './http1.ts';
import { block, exchangeHttp2, fieldsOf, headersFrames } from './http2.ts';
import type { Answer, Request } from './request.ts';

export const PROTOCOLS = ['HTTP/1.1', 'HTTP/2'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** The one answer to a request. */
export async function ask(port: number, protocol: Protocol, request: Request): Promise<Answer> {
  const answers =
    protocol === 'HTTP/1.1'
      ? await exchangeHttp1(port, http1Text(request), 1)
      : await exchangeHttp2(port, headersFrames(1, block(fieldsOf(request))));
  const [answer = { status: undefined, body: '' }] = answers;
  return answer;
}

/** The lanes that answered, in order; a request that was not answered with 200 shows its status. */
export async function lanes(
  port: number,
  protocol: Protocol,
  requests: readonly Request[],
): Promise<readonly string[]> {
  const answers = await Promise.all(requests.map((request) => ask(port, protocol, request)));
  return answers.map(({ status, body }) => (status === 200 ? body : `status ${status}`));
}
