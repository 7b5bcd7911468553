import type { PendingChange, ServiceRecord } from './service-record.ts';
import type { CloudRunState, Played } from './state.ts';
import { settleJobs } from './jobs.ts';
import { snapshotOf } from './snapshot.ts';
import { recordOnWire } from './record-wire.ts';

/** Puts into force what is due: changes take effect at the time at which they were to be done, whenever someone looks. True where something changed. */
export function settleAll(state: CloudRunState, now: number): boolean {
  let changed = settleJobs(state, now);
  for (const record of Object.values(state.services)) {
    while (settleNext(state, record, now)) changed = true;
  }
  return changed;
}

/** Puts the next thing that is due into force; false where none is. */
function settleNext(state: CloudRunState, record: ServiceRecord, now: number): boolean {
  const [next] = record.pending;
  const { trafficMovesAt = Number.POSITIVE_INFINITY, earlier } = record;
  const policyAt = earlier?.until ?? Number.POSITIVE_INFINITY;
  const first = Math.min(next?.doneAt ?? Number.POSITIVE_INFINITY, trafficMovesAt, policyAt);
  if (first > now) return false;
  if (first === next?.doneAt) {
    record.pending.shift();
    finish(state, record, next);
    return true;
  }
  if (first === trafficMovesAt) delete record.trafficMovesAt;
  if (first === policyAt) delete record.earlier;
  appendSnapshot(record, first, state.played);
  return true;
}

function finish(state: CloudRunState, record: ServiceRecord, done: PendingChange): void {
  const operation = state.operations[done.operation];
  if (done.error !== undefined) {
    // Nothing of the change comes into force, and what was asked for is taken back with it.
    record.terminal = { at: done.doneAt, error: done.error.message };
    record.version += 1;
    if (operation !== undefined) operation.error = done.error;
    return;
  }
  record.effective = { ...record.effective, ...done.change };
  record.observedGeneration = done.generation;
  record.terminal = { at: done.doneAt };
  const created = record.revisions.find(({ name }) => name === done.revision);
  if (created !== undefined) created.ready = true;
  const { world, durations } = state.played;
  if (world.traffic === 'late' && movesTraffic(record, done.doneAt))
    record.trafficMovesAt = done.doneAt + durations.traffic;
  appendSnapshot(record, done.doneAt, state.played);
  if (operation !== undefined) operation.result = recordOnWire(record, state.played.world);
}

/** Notes in the history what is in force from that moment on; traffic that is still to move is where it was. */
export function appendSnapshot(record: ServiceRecord, at: number, { world, durations }: Played): void {
  const { lingerSeconds, trafficMovesAt } = record;
  const { mode, manual = 0 } = record.effective.scaling;
  const lingers = world['manual-zero'] === 'lingers' && mode === 'MANUAL' && manual === 0;
  const before = trafficMovesAt === undefined ? undefined : record.history.at(-1)?.targets;
  record.history.push({
    ...snapshotOf(at, record),
    ...(before === undefined ? {} : { targets: before }),
    ...(lingers ? { lingerMilliseconds: lingerSeconds === undefined ? durations.linger : lingerSeconds * 1000 } : {}),
  });
}

/** True where other revisions have the traffic than so far, or other shares of it. */
function movesTraffic(record: ServiceRecord, at: number): boolean {
  if (record.kind === 'workerPools') return false;
  return JSON.stringify(record.history.at(-1)?.targets) !== JSON.stringify(snapshotOf(at, record).targets);
}
