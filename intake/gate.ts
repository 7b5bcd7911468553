import { type Backoff, createWaits } from '../runtime/waiting.ts';

/** What a gate tells and asks. */
export interface GateOptions {
  readonly backoff: Backoff;
  /** Throws while what was away is still away. */
  readonly probe: () => Promise<void>;
  readonly onShut: (error: unknown) => void;
  readonly onStillShut: (error: unknown) => void;
  readonly onOpen: () => void;
  readonly signal: AbortSignal;
}

/** Lets handling pass, or holds it while something that every message needs is away. */
export interface Gate {
  readonly open: () => boolean;
  /** Resolves when the gate is open, or the signal aborts. */
  passage(): Promise<void>;
  /** Handling failed: shuts the gate until the probe succeeds. Does nothing where it is shut. */
  shut(error: unknown): void;
  /** Handling succeeded: the next back-off begins anew. A probe alone does not say so: a disk may still be full. */
  succeeded(): void;
}

/** A gate that is open. */
export function createGate({ backoff, probe, onShut, onStillShut, onOpen, signal }: GateOptions): Gate {
  const waits = createWaits(backoff);
  let opening: Promise<void> | undefined;

  async function reopen(): Promise<void> {
    for (;;) {
      await waits.wait(signal);
      if (signal.aborted) return;
      try {
        await probe();
        break;
      } catch (error) {
        onStillShut(error);
      }
    }
    opening = undefined;
    if (!signal.aborted) onOpen();
  }

  return {
    open: () => opening === undefined,
    passage: () => opening ?? Promise.resolve(),
    shut(error) {
      if (opening !== undefined || signal.aborted) return;
      opening = reopen();
      onShut(error);
    },
    succeeded: () => waits.restart(),
  };
}
