import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { differences, type Fields, sameField } from '../../model/fields.ts';
import { isIrreversible } from '../../model/plan.ts';
import { rungs } from './all.ts';
import { randomContext } from './random-context.ts';
import type { RungContext, RungPlan } from './rung.ts';

const applied = (fields: Fields, change: Fields): Fields => ({ ...fields, ...change });

function plansOf(one: RungContext): { rung: (typeof rungs)[number]; plan: RungPlan }[] {
  return rungs.flatMap((rung) => {
    const plan = rung.resource === one.settings.kind ? rung.build(one) : null;
    return plan === null ? [] : [{ rung, plan }];
  });
}

test('each action of a plan finds what it expects after those before it, and the whole changes something', () => {
  fc.assert(
    fc.property(randomContext, (one) => {
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
    fc.property(randomContext, (one) => {
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
  for (const one of fc.sample(randomContext, { numRuns: 2000, seed: 1 })) {
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
  for (const one of fc.sample(randomContext, { numRuns: 500, seed: 1 }))
    for (const { rung, plan } of plansOf(one))
      expect([rung.kind, isIrreversible(plan)]).toEqual([rung.kind, rung.order >= 900]);
});

test('a revision that a plan makes gets no traffic by being the latest', () => {
  fc.assert(
    fc.property(randomContext, (one) => {
      for (const { plan } of plansOf(one))
        plan.actions.reduce((fields, { change }) => {
          const after = applied(fields, change);
          if (change.template !== undefined)
            expect((after.traffic ?? []).filter(({ type }) => type === 'latest')).toEqual([]);
          return after;
        }, one.settings.fields);
    }),
    { numRuns: 500 },
  );
});

test('an action writes nothing that it did not find first, unless it makes or deletes something', () => {
  fc.assert(
    fc.property(randomContext, (one) => {
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

test('what cuts off, stops or deletes revisions expects the newest one that it was made with: an owner’s newer one is not hit unseen', () => {
  fc.assert(
    fc.property(randomContext, (one) => {
      const { template } = one.settings.fields;
      if (template === undefined) return;
      for (const { rung, plan } of plansOf(one)) {
        const [first] = plan.actions;
        if (first?.kind === 'set-invokers' || first?.target.revision !== undefined) continue;
        if (rung.kind === 'remove-public-invokers') continue;
        expect([rung.kind, first?.precondition.template]).toEqual([rung.kind, template]);
      }
    }),
    { numRuns: 300 },
  );
});
