import { Ajv2020 } from 'ajv/dist/2020.js';
import { at, textAt } from '../../agent/model/json.ts';

/** The OpenAPI document of a server, by which answers are checked. */
export class OpenApi {
  readonly document: unknown;
  readonly #ajv = new Ajv2020({ strict: false, formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ } });

  private constructor(document: unknown) {
    this.document = document;
    this.#ajv.addSchema(Object.assign({}, document), 'document', undefined, false);
  }

  static async of(server: { get(path: string): Promise<Response> }): Promise<OpenApi> {
    return new OpenApi(await (await server.get('/openapi.json')).json());
  }

  /** What is wrong with an answer by the document; undefined when nothing is. */
  async fault(method: string, path: string, response: Response): Promise<string | undefined> {
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
    const place = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(response.status),
      'content',
      type,
      'schema',
    ];
    if (at(this.document, ...place) === undefined) return `${place.join(' ')} is not in the document`;
    const pointer = place.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const validate = this.#ajv.compile({ $ref: `document#/${pointer}` });
    const text = await response.text();
    const answer: unknown = type.endsWith('json') ? JSON.parse(text) : text;
    if (validate(answer)) return undefined;
    return `${validate.errors?.[0]?.instancePath} ${validate.errors?.[0]?.message}`;
  }

  /** `GET /path`, `POST /path`, with their summaries. */
  operations(): ReadonlyMap<string, string> {
    const paths = Object.entries(Object.assign({}, at(this.document, 'paths')));
    return new Map(
      paths.flatMap(([path, methods]) =>
        Object.entries(Object.assign({}, methods)).map(([method, operation]) => [
          `${method.toUpperCase()} ${path}`,
          textAt(operation, 'summary') ?? '',
        ]),
      ),
    );
  }
}
