import { type Explainer, NoRequest } from '../commands/explainer.ts';
import { requestOfLine } from '../commands/request-line.ts';
import type { PluginConfig } from '../model/plugin-config.ts';
import { known } from './api.ts';
import { configText } from './config-text.ts';
import { Problem } from './problem.ts';
import { type Answering, type App, problem } from './routing.ts';
import { EXPLAIN_QUERY, EXPLAIN_REQUEST, EXPLANATION } from './schemas.ts';

/** `POST /api/v1/explain`: what the gateways would do to a request. */
export function explain(app: App, answering: Answering): void {
  const current = new CurrentExplainer(answering.explain);
  app.post(
    '/api/v1/explain',
    {
      schema: {
        tags: ['api'],
        summary: 'What the gateways would do to a request, decided by the plugin with the configuration in force.',
        querystring: EXPLAIN_QUERY,
        body: EXPLAIN_REQUEST,
        response: {
          200: EXPLANATION,
          400: problem('That is no request.'),
          413: problem('The body is too large.'),
          415: problem('The body is not JSON.'),
          503: problem('Not everything is read yet, or too many ask at once.'),
        },
      },
    },
    async ({ body, query: { verbose } }) => {
      const { pluginConfig } = known(answering.view);
      return current.answer(pluginConfig, JSON.stringify(body), verbose === 'true');
    },
  );
}

/** An explainer for the configuration in force, made when it is first asked for. */
class CurrentExplainer {
  readonly #make: (config: string) => Explainer;
  #made: { readonly config: PluginConfig; readonly explainer: Explainer } | undefined;

  constructor(make: (config: string) => Explainer) {
    this.#make = make;
  }

  /** Throws a Problem for what is no request. */
  answer(config: PluginConfig, request: string, isVerbose: boolean): object {
    try {
      const explainer = this.#of(config);
      const decision: unknown = JSON.parse(explainer.decide(request));
      const explanation = isVerbose ? { explanation: explainer.explain(requestOfLine(request)) } : {};
      return Object.assign({}, decision, explanation);
    } catch (error) {
      if (error instanceof NoRequest) throw new Problem('InvalidRequest', `${error.message}.`);
      // Whatever it is that does not work, the next request gets a new one.
      this.#made = undefined;
      throw error;
    }
  }

  #of(config: PluginConfig): Explainer {
    if (this.#made === undefined || !isSame(this.#made.config, config)) {
      this.#made = { config, explainer: this.#make(configText(config)) };
    }
    return this.#made.explainer;
  }
}

function isSame(one: PluginConfig, other: PluginConfig): boolean {
  return one === other || (one.revision !== undefined && one.revision === other.revision);
}
