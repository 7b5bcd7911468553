import type { PendingChange, ServiceRecord } from './service-record.ts';
import type { CloudRunState } from './state.ts';
import { settleJobs } from './jobs.ts';
import { snapshotOf } from './snapshot.ts';
import { recordOnWire } from './record-wire.ts';

/** Puts into force what is due: changes take effect at the time at which they were to be done, whenever someone looks. True where something changed. */
export function settleAll(state: CloudRunState, now: number): boolean {
  let changed = settleJobs(state, now);
  for (const record of Object.values(state.services)) {
    for (let next = record.pending[0]; next !== undefined && next.doneAt <= now; next = record.pending[0]) {
      record.pending.shift();
      finish(state, record, next);
      changed = true;
    }
  }
  return changed;
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
  appendSnapshot(record, done.doneAt);
  if (operation !== undefined) operation.result = recordOnWire(record);
}

/** Notes in the history what is in force from that moment on. */
export function appendSnapshot(record: ServiceRecord, at: number): void {
  record.history.push(snapshotOf(at, record));
}
