// oxlint-disable no-restricted-imports -- the real enum of Google's client package, and the notice beside the licence
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { attackCopyright, attackLicence } from './attack-notice.ts';
import { tactics } from './tactics.ts';
import { tacticOf, techniqueById, techniqueOf } from './technique.ts';
import { techniqueRows } from './technique-rows.ts';

const { google } = createRequire(import.meta.url)('@google-cloud/security-center/build/protos/protos.js');
const { Tactic, Technique } = google.cloud.securitycenter.v2.MitreAttack;

test('every technique and tactic of Google’s client is in the table, and nothing else', () => {
  const named = (names: object): string[] => Object.keys(names).filter((name) => !name.endsWith('_UNSPECIFIED'));
  expect(techniqueRows.map(([scc]) => scc).toSorted()).toEqual(named(Technique).toSorted());
  expect(Object.keys(tactics).toSorted()).toEqual(named(Tactic).toSorted());
});

test('ids are those of ATT&CK, in order and each once; a sub-technique is named after its parent', () => {
  const ids = techniqueRows.map(([, id]) => id);
  expect(ids).toEqual([...new Set(ids)].toSorted());
  for (const id of ids) {
    expect(id).toMatch(/^T\d{4}(\.\d{3})?$/);
    const { name, tactics } = techniqueById(id)!;
    expect(tactics.length, id).toBeGreaterThan(0);
    expect(new Set(tactics.map((tactic) => tactic.id)).size).toBe(tactics.length);
    expect(name.split(': ').filter(Boolean), id).toHaveLength(id.includes('.') ? 2 : 1);
    const parent = techniqueById(id.slice(0, 5));
    if (parent) expect(name.startsWith(parent.name)).toBe(true);
  }
});

test('a technique has its name, its tactics and their pages', () => {
  expect(techniqueOf('UNIX_SHELL')).toEqual({
    name: 'Command and Scripting Interpreter: Unix Shell',
    id: 'T1059.004',
    tactics: [{ name: 'Execution', id: 'TA0002', link: 'https://attack.mitre.org/tactics/TA0002/' }],
    link: 'https://attack.mitre.org/techniques/T1059/004/',
  });
  expect(techniqueOf('INGRESS_TOOL_TRANSFER').tactics.map(({ name }) => name)).toEqual(['Command and Control']);
  expect(techniqueById('T1105')).toEqual(techniqueOf('INGRESS_TOOL_TRANSFER'));
  expect(tacticOf('IMPACT').id).toBe('TA0040');
});

test.each(['QUANTUM_TUNNELLING', 'unix_shell', '', '__proto__', 'constructor', 'toString'])(
  'the name %j, which the table does not hold, stands for itself',
  (name) => {
    expect(techniqueOf(name)).toEqual({ name, tactics: [] });
    expect(tacticOf(name)).toEqual({ name });
    expect(techniqueById(name)).toBeUndefined();
  },
);

test('the notice that ATT&CK’s licence asks for stands beside our own licence', () => {
  const notice = readFileSync(new URL('../../NOTICE', import.meta.url), 'utf8');
  expect(notice).toContain(attackCopyright);
  expect(notice).toContain(attackLicence);
});
