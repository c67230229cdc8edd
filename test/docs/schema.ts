import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

/** docs/plugin-config.schema.json as data. */
export const schema: Record<string, unknown> = JSON.parse(
  readFileSync(new URL('../../docs/plugin-config.schema.json', import.meta.url), 'utf8'),
);

const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).compile(schema);

/** Where the schema first finds fault with a value, as a JSON pointer with a reason; undefined when it finds none. */
export function schemaFault(value: unknown): string | undefined {
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return `${error?.instancePath}: ${error?.message}`;
}
