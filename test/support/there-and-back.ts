import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { cloudRunActivities } from '../../activities/cloud-run.ts';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import type { Fields } from '../../model/fields.ts';
import type { Action, Plan } from '../../model/plan.ts';
import type { Receipt } from '../../model/receipt.ts';
import { evidenceStore } from '../../runtime/evidence-store.ts';
import { closeClients, observeClients } from '../../runtime/google-clients.ts';
import type { Reality } from '../../sandbox/kernel/reality.ts';
import { rungs } from '../../workflows/containment/all.ts';
import { wayBack } from '../../workflows/containment/undo.ts';
import { openEyes } from './detector-fixtures-live.ts';
import { place } from './detector-fixtures-resource.ts';
import { startBench } from './executor-bench.ts';
import { quarantineAccount, type RandomResource, randomResource } from './random-resources.ts';

const reversible = rungs.filter(({ order }) => order < 900);

/** What is done to a resource: which of the rungs that apply, on which revisions. */
const step = fc.record({ rung: fc.nat(20), bad: fc.nat(3), good: fc.nat(3), actions: fc.integer({ min: 1, max: 3 }) });

/** Any resource, and what is done to it: one plan or several after each other, each whole or stopped on the way. */
export const journey = fc.record({
  resource: randomResource,
  steps: fc.array(step, { minLength: 1, maxLength: 3 }),
});
type Journey = typeof journey extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** True for an action that changes nothing: the case counts on what it found no longer. */
const isRelease = ({ change }: Action): boolean => Object.keys(change).length === 0;

/** Everything that takes a resource there and back, in a world of the sandbox. */
export async function startTraveller(reality: Reality = {}) {
  const bench = await startBench(reality);
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-there-and-back-'));
  const clients = observeClients({ host: '127.0.0.1', port: bench.sandbox.basePort });
  const { readSettings } = cloudRunActivities({ ...clients, evidence: evidenceStore(folder) });
  const eyes = openEyes(bench.sandbox);
  let count = 0;

  async function settingsOf({ kind }: RandomResource, name: string): Promise<ResourceSettings> {
    return (await readSettings({ kind, name, project: place.project, location: place.location }))!;
  }

  function actionsFor(settings: ResourceSettings, baseline: Fields, step: Journey['steps'][number]): readonly Action[] {
    const [bad, good] = [settings.revisions[step.bad], settings.revisions[step.good]];
    const context = {
      case: 'finding-1-bench',
      settings,
      bad: bad ?? null,
      good: good === undefined || good.name === bad?.name ? null : good,
      baseline,
      quietSeconds: 0,
      quarantineAccount,
    };
    const applying = reversible.flatMap(({ resource, build }) => {
      const built = resource === settings.kind ? build(context) : null;
      return built === null ? [] : [built.actions];
    });
    return (applying[step.rung % Math.max(1, applying.length)] ?? []).slice(0, step.actions);
  }

  async function carryOut(kind: string, actions: readonly Action[]): Promise<{ plan?: Plan; receipts: Receipt[] }> {
    const receipts: Receipt[] = [];
    const requests = await bench.approvedPlan(kind, actions);
    for (const request of requests) {
      receipts.push(await bench.apply(request));
      if (receipts.at(-1)?.result === 'failed') break;
    }
    return { ...(requests[0] !== undefined && { plan: requests[0].plan }), receipts };
  }

  return {
    /** Carries the steps out and undoes them; fails where the resource is not as it was, or undone it can be undone again. */
    async thereAndBack({ resource, steps }: Journey): Promise<void> {
      bench.sandbox.control.clearCalls();
      count += 1;
      const name = `any-${count}`;
      resource.seed(bench.sandbox.control, name);
      const look = () => eyes.fieldsOf({ kind: resource.kind, name });
      const before = await look();
      const { fields: baseline } = await settingsOf(resource, name);
      const plans: Plan[] = [];
      const receipts: Receipt[] = [];
      const keep = (done: Awaited<ReturnType<typeof carryOut>>): void => {
        if (done.plan !== undefined) plans.push(done.plan);
        receipts.push(...done.receipts);
      };
      for (const one of steps) {
        const done = await carryOut('some', actionsFor(await settingsOf(resource, name), baseline, one));
        expect(done.receipts.map(({ result, detail }) => `${result} ${detail}`).join()).not.toMatch(
          /failed (?!.*is not ready)|refused/,
        );
        keep(done);
      }
      const back = await carryOut('undo', wayBack(plans, receipts).actions);
      // What was found as wanted is only let go of.
      expect(back.receipts.map(({ result }) => result)).toEqual(
        back.plan?.actions.map((action) => (isRelease(action) ? 'already-so' : 'changed')) ?? [],
      );
      expect(await look()).toEqual(before);
      keep(back);
      expect(wayBack(plans, receipts).actions.filter((action) => !isRelease(action))).toEqual([]);
    },

    async close(): Promise<void> {
      await eyes.close();
      await closeClients(clients);
      await bench.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
