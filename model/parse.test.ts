import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionRequestSchema } from './action-request.ts';
import { type Decision, decisionSchema } from './decision.ts';
import { parseDecision, parseSignedDecision } from './decision-parser.ts';
import { canonicalJson } from './digest.ts';
import { MalformedError, parsed } from './parse.ts';
import { type Plan, planSchema } from './plan.ts';
import { type Receipt, receiptSchema } from './receipt.ts';
import type { z } from './schema.ts';

const target = { kind: 'service', project: 'example.com:shop-prod', location: 'europe-west1', name: 'web' } as const;
const fields = {
  traffic: [
    { type: 'latest', percent: 90 },
    { type: 'revision', revision: 'web-00011-kud', percent: 10, tag: 'canary' },
  ],
  scaling: { mode: 'automatic', min: 1, max: 8 },
  template: { revision: 'web-00012-xen', serviceAccount: 'web@shop.iam.gserviceaccount.com', ready: false },
  invokers: ['allUsers', 'user:ana@example.com'],
  ingress: null,
  invokerIamDisabled: false,
} as const;
const about = { title: 'no instances', target, when: 'at-once', precondition: fields, change: fields } as const;

const plan: Plan = {
  kind: 'evict',
  case: 'finding-1-f',
  run: '0198-run',
  nonce: 'n',
  mode: 'live',
  notAfter: '2026-11-21T03:00:00.123456789Z',
  title: 'Evict',
  actions: [
    { id: 'a1', kind: 'update-service', ...about, inverse: fields },
    {
      id: 'a2',
      kind: 'delete',
      ...about,
      when: 'after-quiet',
      target: { ...target, revision: 'web-00012-xen' },
      inverse: null,
    },
  ],
  stops: ['a shell'],
  doesNotStop: [],
  breaks: ['callers'],
  undo: 'as it was',
  quorum: { approvers: 2, role: 'approver' },
  missingEvidence: ['logs'],
  watch: { revision: 'web-00012-xen', quietSeconds: 60 },
};

const decision: Decision = {
  type: 'firebreak.decision.v1',
  id: 'd-1',
  case: 'finding-1-f',
  run: '0198-run',
  proposal: '0'.repeat(64),
  choice: { kind: 'plan', plan: 'a'.repeat(64) },
  reason: 'seen',
  approver: 'ana',
  credential: 'ana-1',
  signedAt: '2026-02-28T03:00:00Z',
};

const receipt: Receipt = {
  type: 'firebreak.receipt.v1',
  case: 'finding-1-f',
  run: '0198-run',
  plan: 'b'.repeat(64),
  action: 'a1',
  decisions: ['d-1', 'd-2'],
  mode: 'live',
  result: 'governed',
  detail: 'later',
  retryAt: '2026-11-21T04:00:00Z',
  before: fields,
  after: { exists: false, running: ['run-1'], splits: fields.traffic },
  operation: 'projects/p/operations/o',
  startedAt: '2026-11-21T03:00:00Z',
  finishedAt: '2026-11-21T03:00:01Z',
};

const signed = { payload: 'e30', protected: 'e30', signature: 'e30' };
const genuine: readonly (readonly [string, z.ZodMiniType, unknown])[] = [
  ['plan', planSchema, plan],
  ['decision', decisionSchema, decision],
  ['receipt', receiptSchema, receipt],
  ['request', actionRequestSchema, { plan, decisions: [signed], action: 'a1', seals: {} }],
];

test.each(genuine)('a parsed %s is frozen in all its depth: its digest stays what it is', (_what, schema, value) => {
  expect(looseParts(parsed(schema, value, 'value'))).toEqual([]);
});

function looseParts(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return [...(Object.isFrozen(value) ? [] : [value]), ...Object.values(value).flatMap(looseParts)];
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, here: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [here];
  const inside = Array.isArray(value)
    ? value.flatMap((element, index) => pathsOf(element, [...here, index]))
    : Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...here, name]));
  return [here, ...inside];
}

/** A copy with what is at a path made into something else; left out where that is undefined. */
function changedAt(value: unknown, [step, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  const entries = Object.entries(value as object).flatMap(([name, member]: [string, unknown]) => {
    const next = name === String(step) ? changedAt(member, rest, change) : member;
    return next === undefined ? [] : [[name, next] as const];
  });
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}

/** Members that may be left out. */
const optional = [
  'revision',
  'tag',
  'min',
  'max',
  'ready',
  'retryAt',
  'running',
  'splits',
  'exists',
  ...Object.keys(fields),
];
/** Members that may be null. */
const nullable = ['inverse', 'ingress', 'invokerIamDisabled'];
/** Members whose text is free within its length: people wrote it, or the outside did. */
const free = [
  'title',
  'stops',
  'breaks',
  'undo',
  'missingEvidence',
  'reason',
  'detail',
  'operation',
  'revision',
  'tag',
  'serviceAccount',
  'invokers',
  'running',
];

/** The member that a path is about: of an element of a list, the list. */
const memberOf = (path: Path): string => String(path.findLast((step) => typeof step === 'string'));
const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inside, step) => (inside as Readonly<Record<string, unknown>>)[step], value);

/** Every part of every genuine value. */
const parts = genuine.flatMap(([what, schema, value]) =>
  pathsOf(value).map((path) => ({ what, schema, value, path, part: at(value, path), member: memberOf(path) })),
);
type Part = (typeof parts)[number];

function expectRefused({ what, schema, value, path }: Part, change: (old: unknown) => unknown): void {
  expect(() => parsed(schema, changedAt(value, path, change), what), path.join('.')).toThrow(MalformedError);
}

describe('a plan, a decision, a receipt and a request to carry out are exactly of their form', () => {
  test.each(genuine)('a genuine %s passes, and is the same', (what, schema, value) => {
    expect(canonicalJson(parsed(schema, value, what))).toBe(canonicalJson(value));
  });

  test('nothing is left out but what is optional', () => {
    for (const part of parts)
      if (typeof part.path.at(-1) === 'string' && !optional.includes(part.member)) expectRefused(part, () => undefined);
  });

  test('there is no member that nobody knows', () => {
    for (const part of parts)
      if (typeof part.part === 'object' && part.part !== null && !Array.isArray(part.part))
        for (const name of ['constructor', 'toString', '__proto__', 'Title', ''])
          expectRefused(part, (old) =>
            JSON.parse(`{${JSON.stringify(name)}: 1, ${JSON.stringify(old).slice(1)}`.replace(', }', '}')),
          );
  });

  test('nothing is of another type', () => {
    const others = ['text', 17, true, null, {}, [], [[]], [{}]];
    const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);
    for (const part of parts)
      for (const other of others) {
        if (typeOf(other) === typeOf(part.part)) continue;
        // What may be null may be something else.
        if (nullable.includes(part.member) && (other === null || part.part === null)) continue;
        expectRefused(part, () => other);
      }
  });

  test('no number is negative, broken, huge or none', () => {
    for (const part of parts)
      if (typeof part.part === 'number')
        for (const other of [-1, 0.5, 2_000_000, 2 ** 53, 1e308, -1e308, NaN, Infinity, -Infinity])
          expectRefused(part, () => other);
  });

  test('no text is endless, and one that is not free says only what is known', () => {
    for (const part of parts) {
      if (typeof part.part !== 'string') continue;
      expectRefused(part, () => 'x'.repeat(1_100_000));
      if (!free.includes(part.member) || part.path.includes('target')) expectRefused(part, () => 'x y\u202e');
    }
  });

  test.each([
    '2026-02-29T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00+01:00',
    '2026-01-01T00:00:00.1234567890Z',
    'never',
    '',
  ])('%s is no time', (time) => {
    for (const part of parts)
      if (['notAfter', 'signedAt', 'retryAt', 'startedAt', 'finishedAt'].includes(part.member))
        expectRefused(part, () => time);
  });

  test.each(['a0', 'a01', 'a100', 'b1', 'a1 ', 'a-1', '', 'A1'])('%j is no id of an action', (id) => {
    for (const part of parts)
      if (part.path.at(-1) === 'action' || part.path.slice(-3).join() === 'actions,0,id') expectRefused(part, () => id);
  });

  test('no two actions of a plan have the same id, and a plan has one', () => {
    for (const part of parts.filter(({ member, part }) => member === 'actions' && Array.isArray(part))) {
      expectRefused(part, (old) => (old as unknown[]).map((action) => ({ ...(action as object), id: 'a1' })));
      expectRefused(part, () => []);
    }
  });

  test('whatever is put wherever: it is refused as malformed, or nothing of it is lost', () => {
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.jsonValue({ maxDepth: 3 }), ({ schema, value, path, what }, other) => {
        const changed = changedAt(value, path, () => other);
        let result;
        try {
          result = parsed(schema, changed, what);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
          return;
        }
        expect(canonicalJson(result)).toBe(canonicalJson(changed));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('what is malformed', () => {
  test('is said with its place, and nothing of the value is repeated but the names of members, cut and safe to show', () => {
    const messageOf = (value: unknown): string => {
      try {
        parsed(planSchema, value, 'plan');
        return 'passed';
      } catch (error) {
        return String(error);
      }
    };
    expect(messageOf(null)).toBe('MalformedError: malformed plan (no object)');
    expect(messageOf({ ...plan, notAfter: 'SECRET' })).toBe(
      'MalformedError: malformed plan (notAfter: not of its form)',
    );
    expect(messageOf({ ...plan, watch: { quietSeconds: 1e308 } })).toMatch(
      /^MalformedError: malformed plan \(watch\.quietSeconds: /,
    );
    const hostile = messageOf({ ...plan, [`\u001b[2J${'x'.repeat(9_000)}`]: 'SECRET' });
    expect(hostile).toContain('u{1b}');
    expect(hostile.length).toBeLessThan(200);
    expect(hostile).not.toContain('SECRET');
  });

  test('a decision whose payload says more than a decision says is none', () => {
    const payload = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    expect(parseDecision({ ...signed, payload: payload(decision) })).toEqual(decision);
    expect(() => parseDecision({ ...signed, payload: payload({ ...decision, more: 1 }) })).toThrow(/more is known/);
    expect(() => parseDecision({ ...signed, payload: payload({ ...decision, reason: ' ' }) })).toThrow(/reason/);
    expect(() => parseSignedDecision({ ...signed, header: {} })).toThrow(MalformedError);
    expect(() => parseSignedDecision({ ...signed, payload: 'a'.repeat(8_190) })).toThrow(MalformedError);
  });
});
