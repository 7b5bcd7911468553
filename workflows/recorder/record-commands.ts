import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';
import type { coresdk } from '@temporalio/proto';

/** What workflow code asked for at one activation, in the form in which it goes to Temporal: payloads are already encoded. */
export interface RecordedActivation {
  /** Counts activations of the run from 0, so that a lost one shows. */
  readonly index: number;
  readonly commands: readonly coresdk.workflow_commands.IWorkflowCommand[];
}

/** Where the recording goes. Only strict replay registers it, with `callDuringReplay`. */
export interface RecorderSinks extends Sinks {
  firebreakRecorder: {
    activation(recorded: RecordedActivation): void;
  };
}

/**
 * Strict replay defines a global of this name before any workflow starts; without it nothing is recorded. A live worker cannot be told
 * from a replaying one otherwise (it replays too, after an eviction), and calls of a sink that nobody registered are logged as errors.
 */
export const recordingSwitch = '__FIREBREAK_RECORDING__';

/** The recorder: one hook at the end of each activation at strict replay, nothing at all in a live worker. */
export function interceptors(): WorkflowInterceptors {
  if (!(recordingSwitch in globalThis)) return {};
  const { firebreakRecorder } = proxySinks<RecorderSinks>();
  let index = 0;
  return {
    internals: [
      {
        concludeActivation(input, next) {
          const output = next(input);
          firebreakRecorder.activation({ index, commands: output.commands });
          index += 1;
          return output;
        },
      },
    ],
  };
}
