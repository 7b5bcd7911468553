import { expect } from 'vitest';
import { startUndo } from '../../cli/undo/start-undo.ts';
import type { CaseView } from '../../model/case.ts';
import { isIrreversible, type OfferedPlan } from '../../model/plan.ts';
import type { Reality } from '../../sandbox/kernel/reality.ts';
import { rungs } from '../../workflows/containment/all.ts';
import { row } from './detector-fixtures.ts';
import { openEyes } from './detector-fixtures-live.ts';
import { notify } from './detector-fixtures-notification.ts';
import { seed, type Seeded } from './detector-fixtures-resource.ts';
import { isThere } from './rung-there.ts';
import { startSystem } from './system.ts';

type Row = (typeof rungs)[number] & { readonly number: number };

/** Every option of containment, for a resource of its own. By such a number a service is open to all, takes requests from everywhere, and has a tag. */
export const rungRows = rungs.map((rung, index): [string, Row] => [rung.kind, { ...rung, number: 12 * index + 6 }]);

/** A whole system in one world of the sandbox, and two people, who contain by one option after the other and undo it. */
export async function startRungPlayer(reality: Reality = {}) {
  const variables = {
    FIREBREAK_QUIET_WINDOW_SECONDS: '1',
    // What a rung leaves is no alarm for the watch: it would open the case again, and the way back would be refused.
    FIREBREAK_WATCH_SECONDS: '600',
    FIREBREAK_WATCH_EVERY_SECONDS: '1',
    FIREBREAK_RESPONDERS: 'respond,respond-iam,destructive',
    FIREBREAK_QUARANTINE_ACCOUNT: 'quarantine@rhea-prod-4421.iam.gserviceaccount.com',
  };
  const system = await startSystem(variables, 'off', reality);
  system.startIntake();
  system.startWorker();
  const people = [await system.addAnalyst('ana'), await system.addAnalyst('ben')];
  const eyes = openEyes(system.sandbox);

  async function approved(view: CaseView, kind: string, approvers: number): Promise<void> {
    for (const [index, person] of people.slice(0, approvers).entries()) {
      const outcome = index + 1 < approvers ? 'recorded' : 'accepted';
      expect(await system.approve(view, person, kind)).toMatchObject({ outcome });
    }
  }

  async function backOrRefused(caseId: string, seeded: Seeded, before: unknown, plan: OfferedPlan['plan']) {
    const undo = () => startUndo(system.configuration, caseId, { json: true, typed: (words) => words });
    if (isIrreversible(plan)) return expect(undo()).rejects.toThrow(/left to give back; .*it cannot be undone/);
    if (plan.actions.every(({ inverse }) => Object.keys(inverse!).length === 0))
      return expect(undo()).rejects.toThrow(/left to give back; .*there is nothing to give back/);
    await undo();
    const back = await system.until(`undo-${caseId}-1`, ['proposed', 'failed']);
    expect(await system.approve(back, people[1]!, 'undo')).toMatchObject({ outcome: 'accepted' });
    const undone = await system.until(back.id, ['undone', 'failed']);
    expect(`${undone.state}: ${undone.reason}`).toMatch(/^undone: /);
    expect(await eyes.fieldsOf(seeded)).toEqual(before);
  }

  return {
    /** Proposed, approved, in place, and back as it was or refused in words. */
    async thereAndBack({ kind, against, number, resource }: Row): Promise<void> {
      const finding = { ...row('CLOUD_RUN_REVERSE_SHELL', resource), number };
      const seeded = await seed(system.sandbox, finding, { scheduled: false, ran: true });
      // A rung against the way in only does not end what runs: here it has ended by itself.
      if (!against.includes('process') && !against.includes('image')) seeded.retire();
      const before = await eyes.fieldsOf(seeded);
      const { caseId, notification } = notify(finding, seeded, system.sandbox.control.now());
      system.sandbox.control.publish(notification);
      const offers = ({ proposal }: CaseView): OfferedPlan | undefined =>
        proposal?.plans.find((offered) => offered.plan.kind === kind && offered.unavailable === undefined);
      const view = await system.until(caseId, ['proposed'], (now) => offers(now) !== undefined);
      const { plan } = offers(view)!;
      await approved(view, kind, plan.quorum.approvers);
      const ends = ['contained', 'failed', 'proposed'] as const;
      const done = await system.until(caseId, ends, ({ receipts }) => receipts.length > 0);
      expect(`${done.state}: ${done.reason}`).toMatch(/^contained: /);
      expect(done.receipts.map(({ result }) => result)).toEqual(plan.actions.map(() => 'changed'));
      await system.client.workflow.getHandle(caseId).result();
      await isThere(eyes, system.sandbox, plan);
      await backOrRefused(caseId, seeded, before, plan);
      expect((await system.view(caseId)).run).toBe(view.run);
    },

    async close(): Promise<void> {
      await eyes.close();
      await system.close();
    },
  };
}
