import type { OperationError } from './operation-record.ts';
import type { CloudRunState } from './state.ts';

/** The error in which the next change of that resource was told to end, if any; counts it. An execution's and a revision's changes are those of what they belong to. */
export function takeFault(state: CloudRunState, resource: string): OperationError | undefined {
  const fault = state.faults.find(({ service }) => service === resource || resource.startsWith(`${service}/`));
  if (fault === undefined) return undefined;
  fault.count -= 1;
  state.faults = state.faults.filter(({ count }) => count > 0);
  return { code: fault.code, message: fault.message };
}
