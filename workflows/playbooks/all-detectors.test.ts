import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RevisionSummary, ResourceSettings } from '../../model/cloud-run.ts';
import { detectors } from '../../model/detectors/catalogue.ts';
import type { Finding } from '../../model/finding.ts';
import { isIrreversible } from '../../model/plan.ts';
import type { SettingsFlag } from '../../model/settings-flag.ts';
import { makeProposal } from '../assessment/propose.ts';
import { rungs } from '../containment/all.ts';
import { playbooks } from './all.ts';
import { bad, findingOn, good, nearby, proposalInput, revisionOf, type World } from './fixtures/world.ts';
import { generic } from './generic.ts';
import { playbookFor, selectPlaybook } from './select-playbook.ts';

const kinds = ['service', 'job', 'workerPool'] as const;

describe('who answers what', () => {
  test.each(detectors.map((detector) => ({ name: detector.displayName, detector })))(
    'exactly one playbook claims $name, the one of its family',
    ({ detector }) => {
      const claiming = playbooks.filter(({ categories }) => categories.includes(detector.displayName));
      expect(claiming.map(({ name }) => name)).toEqual([detector.ours.family]);
      for (const name of [detector.apiName, ...detector.aliases, `${detector.displayName.toUpperCase()} (Preview)`])
        expect(selectPlaybook(name)).toBe(claiming[0]);
      const finding = findingOn('service', { category: 'Something New', moduleName: detector.apiName });
      expect(playbookFor(finding)).toBe(claiming[0]);
    },
  );

  test('each playbook of documented detectors says the techniques that Google’s pages name', () => {
    for (const { categories, techniques, name } of playbooks) {
      const claimed = categories.map((category) => detectors.find(({ displayName }) => displayName === category));
      // A family that Google does not document yet has no page to go by.
      if (claimed.includes(undefined)) continue;
      const documented = claimed.flatMap((detector) => detector?.documented.techniques ?? []);
      expect(techniques, name).toEqual([...new Set(documented)].toSorted());
    }
  });

  test.each(['Something New', '', 'constructor', '__proto__', '(Preview)', 'x'.repeat(1_000_000)])(
    'the category %.40j is answered by the generic playbook',
    (category) => {
      expect(selectPlaybook(category)).toBe(generic);
    },
  );
});

/** What must hold of every proposal, whatever is known. */
function holds(proposal: ReturnType<typeof makeProposal>, tried: readonly string[]): void {
  const { plans, recommendation, assessment } = proposal;
  expect(recommendation.reason).not.toBe('');
  expect(recommendation.reason).not.toMatch(/undefined|null|\[object/);
  const marked = plans.filter((plan) => plan.recommended);
  if (recommendation.choice === 'plan') {
    expect(marked.map(({ id }) => id)).toEqual([recommendation.plan]);
    expect(marked[0]!.unavailable).toBeUndefined();
    expect(isIrreversible(marked[0]!.plan)).toBe(false);
    expect(tried).not.toContain(marked[0]!.plan.kind);
  } else expect(marked).toEqual([]);
  expect(assessment.todo.length).toBeGreaterThan(0);
  for (const { text, reason } of [...assessment.known, ...assessment.unknown]) {
    expect(text).not.toBe('');
    expect(reason).not.toBe('');
  }
  expect(new Set(assessment.known.map(({ text }) => text)).size).toBe(assessment.known.length);
}

const everyWorld: readonly (Omit<World, 'kind' | 'tried'> & { readonly severity?: string })[] = [
  {},
  { severity: 'CRITICAL' },
  { settings: null, related: null },
  { settings: { revisions: [] } },
  { settings: { revisions: [bad] } },
  { settings: { serviceAccount: '', publicInvoker: 'yes', fields: {} } },
  { verdict: 'malicious' },
  { related: [nearby('Reverse Shell', 'CRITICAL')] },
  { confirmation: 'unavailable' },
];

test.each(detectors.map((detector) => ({ name: detector.displayName, detector })))(
  '$name: on every kind of resource, whatever was tried, what is recommended is offered, untried and can be undone',
  ({ detector }) => {
    for (const kind of kinds) {
      const ofKind = rungs.filter(({ resource }) => resource === kind).map(({ kind }) => kind);
      const sequences = [[], ...ofKind.map((one) => [one]), ofKind];
      for (const { severity = 'LOW', ...world } of everyWorld)
        for (const tried of sequences)
          holds(
            makeProposal(proposalInput({ category: detector.displayName, severity }, { ...world, kind, tried })),
            tried,
          );
    }
  },
);

test('the same advice ends: following it from plan to plan, every case comes to people', () => {
  for (const { displayName } of detectors)
    for (const kind of kinds) {
      const tried: string[] = [];
      for (;;) {
        const { plans, recommendation } = makeProposal(
          proposalInput(
            { category: displayName, severity: 'CRITICAL', access: { principalEmail: bad.serviceAccount } },
            { kind, tried },
          ),
        );
        const plan = plans.find(({ id }) => id === recommendation.plan);
        if (plan === undefined) break;
        tried.push(plan.plan.kind);
        expect(tried.length).toBeLessThanOrEqual(rungs.length);
      }
      expect(tried.length).toBeGreaterThan(0);
    }
});

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '__proto__',
    'http://',
    'https://u:p@h.example/x?q',
    '203.0.113.7',
    '\u001b[2J',
    '../../..',
    'x'.repeat(5_000),
  ),
);
const texts = fc.array(text, { maxLength: 6 });
const file = fc.record(
  { path: text, sha256: text, contents: text, size: text, hashedSize: text },
  { requiredKeys: [] },
);
const process = fc.record(
  { name: text, binary: file, libraries: fc.array(file, { maxLength: 3 }), script: file, args: texts },
  { requiredKeys: [] },
);
const hostileFinding = fc.record(
  {
    severity: text,
    processes: fc.array(process, { maxLength: 4 }),
    containers: fc.array(fc.record({ name: text, uri: text, imageId: text }), { maxLength: 2 }),
    connections: fc.array(fc.record({ destinationIp: text, sourceIp: text }), { maxLength: 3 }),
    files: fc.array(file, { maxLength: 3 }),
    indicator: fc.record({ ipAddresses: texts, domains: texts, uris: texts }),
    access: fc.record({ principalEmail: text, callerIp: text, methodName: text }),
    iamBindings: fc.array(fc.record({ action: text, role: text, member: text }), { maxLength: 12 }),
    contacts: fc.dictionary(text, fc.record({ contacts: fc.array(fc.record({ email: text }), { maxLength: 3 }) }), {
      maxKeys: 2,
    }),
    sourceProperties: fc.dictionary(text, fc.jsonValue(), { maxKeys: 3 }),
  },
  { requiredKeys: [] },
);
const revision: fc.Arbitrary<RevisionSummary> = fc
  .record({
    name: fc.constantFrom(good.name, bad.name, 'x'),
    ready: fc.boolean(),
    creator: text,
    image: text,
    serviceAccount: text,
    percent: fc.constantFrom(0, 50, 100),
    createTime: fc.constantFrom('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', 'not a time'),
  })
  .map(({ name, ...change }) => revisionOf(name, change));
const words = text.filter((one) => one !== '');
const flag: fc.Arbitrary<SettingsFlag> = fc.oneof(
  fc.record({
    id: fc.constantFrom('plain-variables' as const, 'movable-image' as const),
    names: texts,
    more: fc.nat(),
  }),
  fc.record({ id: fc.constant('schedules-not-read' as const), reason: words }),
  fc.record({ id: fc.constantFrom('open-to-the-internet' as const, 'scheduled' as const) }),
  fc.record({ flag: words, detail: words }),
);
const settings: fc.Arbitrary<Partial<ResourceSettings> | null> = fc.option(
  fc.record(
    {
      serviceAccount: text,
      lastModifier: text,
      secretNames: fc.array(text, { maxLength: 40 }),
      flags: fc.array(flag, { maxLength: 5 }),
      publicInvoker: fc.constantFrom('yes' as const, 'no' as const, 'unknown' as const),
      revisions: fc.array(revision, { maxLength: 4 }),
    },
    { requiredKeys: [] },
  ),
);

test('empty or hostile findings and settings never make a playbook throw, nor ask VirusTotal anything but hashes, public addresses and hosts', () => {
  const drawn = fc.record({
    detector: fc.constantFrom(...detectors.map(({ displayName }) => displayName), 'Something New'),
    kind: fc.constantFrom(...kinds),
    fields: hostileFinding,
    settings,
    tried: fc.subarray(rungs.map(({ kind }) => kind)),
    related: fc.option(
      fc.array(
        text.filter((category) => category !== '').map((category) => nearby(category)),
        { maxLength: 3 },
      ),
    ),
  });
  fc.assert(
    fc.property(drawn, ({ detector, kind, fields, settings, tried, related }) => {
      const input = proposalInput({ ...fields, category: detector }, { kind, settings, tried, related });
      const { plans, recommendation, assessment } = makeProposal(input);
      const marked = plans.filter((plan) => plan.recommended);
      expect(marked.length).toBe(recommendation.choice === 'plan' ? 1 : 0);
      for (const { plan } of marked) {
        expect(tried).not.toContain(plan.kind);
        expect(isIrreversible(plan)).toBe(false);
      }
      expect(JSON.stringify(assessment).length).toBeLessThan(40_000);
      for (const { kind, value } of input.investigation.indicators) {
        if (kind === 'file') expect(value).toMatch(/^[0-9a-f]{64}$/);
        else expect(value).toMatch(/^[0-9a-z.:-]{3,253}$/i);
      }
    }),
    { numRuns: 400 },
  );
});

test('a finding that carries nothing but its category is answered, and says what is not known', () => {
  for (const { displayName } of detectors) {
    const finding: Finding = findingOn('service', { category: displayName });
    expect(playbookFor(finding).lookUp(finding)).toEqual([]);
    const { assessment } = makeProposal(proposalInput({ category: displayName }, { settings: null, related: null }));
    expect(assessment.unknown.map(({ text }) => text)).toContain('The settings of the container');
    expect(assessment.todo.join()).toContain('which these are is not known (permission denied)');
  }
});
