import { expect } from 'vitest';
import { startUndo } from '../../cli/undo/start-undo.ts';
import type { OfferedPlan } from '../../model/plan.ts';
import type { CaseView } from '../../model/case.ts';
import { durationsOf } from '../../sandbox/kernel/pace.ts';
import type { Row } from './detector-fixtures.ts';
import { type Eyes, openEyes } from './detector-fixtures-live.ts';
import { notify } from './detector-fixtures-notification.ts';
import { graceSeconds, seed, type Seeded } from './detector-fixtures-resource.ts';
import { isShown } from './detector-fixtures-shown.ts';
import { type Analyst, startSystem, type System } from './system.ts';

/** A system that answers findings, and somebody who decides. */
export interface World {
  readonly system: System;
  readonly ana: Analyst;
  readonly eyes: Eyes;
  readonly close: () => Promise<void>;
}

/** Starts it, with all that is installed by default and an account for quarantine; limits are those of many cases at once. */
export async function startWorld(): Promise<World> {
  const system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '1',
    FIREBREAK_WATCH_SECONDS: '0',
    FIREBREAK_CHANGES_PER_HOUR: '100000',
    FIREBREAK_LOG_CALLS_PER_MINUTE: '100000',
    FIREBREAK_FINDING_READS_PER_MINUTE: '100000',
    FIREBREAK_VIRUSTOTAL_PER_MINUTE: '100000',
    FIREBREAK_VIRUSTOTAL_PER_DAY: '100000',
    FIREBREAK_QUARANTINE_ACCOUNT: 'quarantine@rhea-prod-4421.iam.gserviceaccount.com',
  });
  system.startIntake();
  system.startWorker();
  const ana = await system.addAnalyst('ana');
  const eyes = openEyes(system.sandbox);
  const close = async (): Promise<void> => {
    await eyes.close();
    await system.close();
  };
  return { system, ana, eyes, close };
}

/** What ends what runs, by kind; and what stands for it where an image is suspect that the revision before runs too. */
const ending = {
  service: { usual: 'evict', suspect: 'scale-to-zero' },
  job: { usual: 'stop-job', suspect: 'stop-job' },
  workerPool: { usual: 'pin-worker-pool', suspect: 'stop-worker-pool' },
  instance: { usual: 'stop-instance', suspect: 'stop-instance' },
} as const;
/** The strongest that can be undone. */
const strongest = {
  service: 'scale-to-zero',
  job: 'stop-job',
  workerPool: 'stop-worker-pool',
  instance: 'stop-instance',
} as const;

/** From the notification to `contained`, and back: what must hold of every row. Answers the case as it was proposed. */
export async function answered(world: World, row: Row): Promise<CaseView> {
  const { system, eyes } = world;
  const seeded = await seed(system.sandbox, row, { ran: true });
  try {
    const before = await eyes.fieldsOf(seeded);
    const { caseId, notification } = notify(row, seeded, system.sandbox.control.now());
    system.sandbox.control.publish(notification);
    const view = await system.until(caseId, ['proposed']);
    const plan = planOf(row, view);
    isShown(view, row.fixture.says(seeded.facts), seeded.facts);
    expect(await eyes.alive(seeded)).not.toEqual([]);
    await contained(world, seeded, view, plan);
    expect(await eyes.fieldsOf(seeded)).not.toEqual(before);
    await undone(world, caseId);
    expect(await eyes.fieldsOf(seeded)).toEqual(before);
    return view;
  } finally {
    seeded.retire();
  }
}

/** The plan to approve: as expected of the detector, and never one that cannot be undone. */
function planOf({ fixture, kind }: Row, { proposal }: CaseView): OfferedPlan {
  expect(proposal?.playbook).toBe(fixture.playbook);
  const offered = proposal!.plans;
  const end = ending[kind][fixture.image ?? 'usual'];
  const wanted = { end, quarantine: 'quarantine', 'hand-over': undefined }[fixture.recommends];
  const recommended = offered.find((one) => one.recommended);
  expect(recommended?.plan.kind, proposal!.recommendation.reason).toBe(wanted);
  expect(proposal!.recommendation.choice).toBe(wanted === undefined ? 'hand-over' : 'plan');
  const approved = recommended ?? offered.find(({ plan }) => plan.kind === strongest[kind]);
  expect(approved?.unavailable).toBeUndefined();
  expect(approved?.plan.actions.map(({ inverse }) => inverse)).not.toContain(null);
  return approved!;
}

async function contained({ system, ana, eyes }: World, seeded: Seeded, view: CaseView, { plan }: OfferedPlan) {
  expect(await system.approve(view, ana, plan.kind)).toMatchObject({ outcome: 'accepted' });
  const done = await system.until(view.id, ['contained', 'failed', 'handed-over', 'expired']);
  expect(`${done.state}: ${done.reason}`).toMatch(/^contained: /);
  expect(await eyes.alive(seeded)).toEqual([]);
  const { title } = plan.actions.findLast(({ when }) => when === 'at-once')!;
  const changed = done.timeline.find(({ text }) => text.startsWith(`${title}: changed`))!;
  expect(await eyes.beaconsSince(seeded, done.openedAt)).toBeGreaterThan(0);
  // What is scaled to none lives on for a while before it is told to end.
  const ended = new Date(Date.parse(changed.time) + durationsOf.brisk.linger + graceSeconds * 1000).toISOString();
  expect(await eyes.beaconsSince(seeded, ended)).toBe(0);
  await system.client.workflow.getHandle(view.id).result();
}

async function undone({ system, ana }: World, caseId: string): Promise<void> {
  await startUndo(system.configuration, caseId, { json: true, typed: (words) => words });
  const view = await system.until(`undo-${caseId}-1`, ['proposed', 'handed-over', 'failed']);
  expect(await system.approve(view, ana, 'undo')).toMatchObject({ outcome: 'accepted' });
  const ended = await system.until(view.id, ['undone', 'failed', 'handed-over']);
  expect(`${ended.state}: ${ended.reason}`).toMatch(/^undone: /);
}
