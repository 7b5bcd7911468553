import { expect } from 'vitest';
import type { CaseView } from '../../model/case.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Facts } from './detector-fixtures-parts.ts';

/** What Google's pages tell people to look at: the programs, scripts and libraries, the addresses, who called; checks that it is before whoever decides. */
export function isShown({ assessment }: CaseView, says: JsonObject, facts: Facts): void {
  const known = (assessment?.known ?? []).map(({ text }) => text).join('\n');
  for (const text of toldIn(says)) expect(known).toContain(text);
  expect(known).not.toContain('invented-9f2c');
  // An address that nobody can follow by mistake.
  if (isJsonObject(says['indicator']) && Array.isArray(says['indicator']['uris']))
    expect(known).toContain(`hxxp://${facts.host.replaceAll('.', '[.]')}/`);
}

function toldIn({ processes, connections, access }: JsonObject): string[] {
  const programs = objects(processes).flatMap((one) => [
    text(one, 'binary', 'path'),
    text(one, 'script', 'contents').trim(),
    ...objects(one['libraries']).map((library) => text(library, 'path')),
  ]);
  const addresses = objects(connections).map((one) => text(one, 'destinationIp'));
  return [...programs, ...addresses, text(access, 'principalEmail'), text(access, 'callerIp')].filter(
    (one) => one !== '',
  );
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isJsonObject) : [];
}

function text(value: Json | undefined, ...path: readonly string[]): string {
  const [name, ...rest] = path;
  if (name === undefined) return typeof value === 'string' ? value : '';
  return isJsonObject(value) ? text(value[name], ...rest) : '';
}
