import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parsed } from './parse.ts';
import { z } from './schema.ts';

/** As Temporal does with what workflows share: all of it and all that is in it, but nothing that is frozen already. */
function freezeDeep(value: unknown, seen = new WeakSet()): void {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
  seen.add(value);
  if (Object.isFrozen(value)) return;
  if (typeof value === 'object')
    for (const name of [...Object.getOwnPropertyNames(value), ...Object.getOwnPropertySymbols(value)])
      freezeDeep(Reflect.get(value, name), seen);
  try {
    Object.freeze(value);
  } catch {
    // A module's namespace cannot be frozen.
  }
}

const here = new URL('.', import.meta.url);
const files = readdirSync(here).filter((name) => name.endsWith('.ts') && !name.includes('.test.'));
const modules = await Promise.all(
  files.map(async (file) => (await import(new URL(file, here).href)) as Readonly<Record<string, unknown>>),
);
const exported: readonly (readonly [string, unknown])[] = modules.flatMap((module) => Object.entries(module));
const schemas = exported.filter((pair): pair is readonly [string, z.ZodMiniType] => pair[1] instanceof z.ZodMiniType);

test('a schema still works when what workflows share was frozen', () => {
  expect(schemas.length).toBeGreaterThan(20);
  for (const [, value] of exported) freezeDeep(value);
  for (const [name, schema] of schemas)
    for (const value of [undefined, null, 'text', 17, [], {}, { kind: 'plan', status: 'answered' }])
      expect(() => {
        try {
          parsed(schema, value, name);
        } catch (error) {
          if (!(error instanceof Error && error.name === 'MalformedError')) throw error;
        }
      }, name).not.toThrow();
});

test('no schema evaluates text', () => {
  expect(z.config()).toMatchObject({ jitless: true });
});
