import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ResourceSettings, RevisionSummary, TrafficTarget } from '../../model/cloud-run.ts';
import { differences, type Fields, sameField } from '../../model/fields.ts';
import { isIrreversible } from '../../model/plan.ts';
import { rungs } from './all.ts';
import { exampleContext, exampleRevision } from './example-context.ts';
import type { RungContext, RungPlan } from './rung.ts';

const account = fc.constantFrom('', 'web@shop-prod.iam.gserviceaccount.com', 'quarantine@p.iam.gserviceaccount.com');
const revisionName = fc.constantFrom('r-00001', 'r-00002', 'r-00003');

const target: fc.Arbitrary<TrafficTarget> = fc
  .record({
    latest: fc.boolean(),
    revision: revisionName,
    percent: fc.constantFrom(0, 10, 100),
    tag: fc.option(fc.constantFrom('canary', 'preview'), { nil: undefined }),
  })
  .map(({ latest, revision, percent, tag }) => ({
    ...(latest ? { type: 'latest' as const } : { type: 'revision' as const, revision }),
    percent,
    ...(tag !== undefined && { tag }),
  }));

const targets = fc.array(target, { minLength: 1, maxLength: 4 });
const scaling = fc.oneof(
  fc.record({ mode: fc.constant('manual' as const), manual: fc.nat(9) }),
  fc.record({ mode: fc.constant('automatic' as const), min: fc.nat(3), max: fc.nat(50) }, { requiredKeys: ['mode'] }),
);
const members = fc.subarray(['allUsers', 'allAuthenticatedUsers', 'user:ana@example.com', 'serviceAccount:a@b.iam']);

const fieldsOf: Readonly<Record<ResourceSettings['kind'], fc.Arbitrary<Fields>>> = {
  service: fc.record(
    {
      exists: fc.constant(true),
      traffic: targets,
      scaling,
      template: fc.record(
        { revision: revisionName, serviceAccount: account, ready: fc.constant(false as const) },
        { requiredKeys: ['revision', 'serviceAccount'] },
      ),
      ingress: fc.constantFrom(
        'INGRESS_TRAFFIC_ALL',
        'INGRESS_TRAFFIC_INTERNAL_ONLY',
        'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
      ),
      invokers: members,
      invokerIamDisabled: fc.boolean(),
    },
    { requiredKeys: ['exists', 'traffic', 'scaling', 'template'] },
  ),
  job: fc.record(
    { exists: fc.constant(true), running: fc.subarray(['e-1', 'e-2']), invokers: members },
    { requiredKeys: ['exists', 'running'] },
  ),
  workerPool: fc.record({ exists: fc.constant(true), splits: targets, scaling }),
};

const revision: fc.Arbitrary<RevisionSummary> = fc
  .record({
    name: revisionName,
    percent: fc.constantFrom(0, 100),
    tags: fc.subarray(['canary']),
    serviceAccount: account,
  })
  .map(({ name, ...changes }) => exampleRevision(name, changes));

const context: fc.Arbitrary<RungContext> = fc
  .constantFrom<ResourceSettings['kind'][]>('service', 'job', 'workerPool')
  .chain((kind) =>
    fc
      .record({
        case: fc.string(),
        fields: fieldsOf[kind],
        bad: fc.option(revision),
        good: fc.option(revision),
        latestReady: fc.oneof(revisionName, fc.constant('')),
        baseline: scaling,
        quarantined: fc.boolean(),
      })
      .map(({ case: id, fields, bad, good, latestReady, baseline, quarantined }): RungContext => {
        const example = exampleContext(kind);
        const { quarantineAccount: _absent, ...without } = example;
        return {
          ...(quarantined ? example : without),
          case: id,
          settings: { ...example.settings, fields, latestReadyRevision: latestReady },
          bad,
          good: good?.name === bad?.name ? null : good,
          baseline: { ...fields, scaling: baseline },
        };
      }),
  );

const applied = (fields: Fields, change: Fields): Fields => ({ ...fields, ...change });

function plansOf(one: RungContext): { rung: (typeof rungs)[number]; plan: RungPlan }[] {
  return rungs.flatMap((rung) => {
    const plan = rung.resource === one.settings.kind ? rung.build(one) : null;
    return plan === null ? [] : [{ rung, plan }];
  });
}

test('each action of a plan finds what it expects after those before it, and the whole changes something', () => {
  fc.assert(
    fc.property(context, (one) => {
      for (const { plan } of plansOf(one)) {
        plan.actions.reduce((fields, { precondition, change }) => {
          expect(differences(precondition, fields)).toEqual([]);
          return applied(fields, change);
        }, one.settings.fields);
        expect(plan.actions.map(({ id }) => id)).toEqual(plan.actions.map((_, index) => `a${index + 1}`));
        for (const list of [plan.stops, plan.doesNotStop, plan.breaks]) expect(list.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 500 },
  );
});

test('the inverses in reverse order give back every field that was written, but for what cannot be undone and for names of revisions', () => {
  fc.assert(
    fc.property(context, (one) => {
      for (const { rung, plan } of plansOf(one)) {
        const { fields: found } = one.settings;
        const after = plan.actions.reduce((fields, { change }) => applied(fields, change), found);
        const back = plan.actions.toReversed().reduce((fields, { inverse }) => applied(fields, inverse ?? {}), after);
        const lost = plan.actions.flatMap(({ kind, change, inverse }) =>
          inverse === null || kind === 'cancel-executions' ? Object.keys(change) : [],
        );
        for (const name of rung.writes.filter((field) => !lost.includes(field))) {
          if (name === 'template') expect(back.template?.serviceAccount).toBe(found.template?.serviceAccount);
          else expect([name, sameField(name, back[name], found[name])]).toEqual([name, true]);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('a rung says exactly which actions it needs and which fields it writes', () => {
  const seen = new Map<string, { actions: Set<string>; writes: Set<string> }>();
  for (const one of fc.sample(context, { numRuns: 2000, seed: 1 })) {
    for (const { rung, plan } of plansOf(one)) {
      const { actions, writes } = seen.get(rung.kind) ?? { actions: new Set(), writes: new Set() };
      for (const { kind, change } of plan.actions) {
        actions.add(kind);
        for (const name of Object.keys(change)) writes.add(name);
      }
      seen.set(rung.kind, { actions, writes });
    }
  }
  for (const { kind, actions, writes } of rungs) {
    const does = seen.get(kind);
    expect([kind, [...(does?.actions ?? [])].toSorted()]).toEqual([kind, actions.toSorted()]);
    expect([kind, [...(does?.writes ?? [])].toSorted()]).toEqual([kind, writes.toSorted()]);
  }
});

test('kinds are unique, orders are distinct for one kind of resource, and from 900 on nothing can be undone', () => {
  expect(new Set(rungs.map(({ kind }) => kind)).size).toBe(rungs.length);
  expect(new Set(rungs.map(({ resource, order }) => `${resource} ${order}`)).size).toBe(rungs.length);
  for (const one of fc.sample(context, { numRuns: 500, seed: 1 }))
    for (const { rung, plan } of plansOf(one))
      expect([rung.kind, isIrreversible(plan)]).toEqual([rung.kind, rung.order >= 900]);
});

test('an action writes nothing that it did not find first, unless it makes or deletes something', () => {
  fc.assert(
    fc.property(context, (one) => {
      for (const { plan } of plansOf(one))
        for (const { kind, change, precondition } of plan.actions) {
          if (kind === 'cancel-executions') continue;
          for (const name of Object.keys(change)) {
            if (one.settings.fields[name] !== undefined) expect(Object.keys(precondition)).toContain(name);
          }
        }
    }),
    { numRuns: 300 },
  );
});
