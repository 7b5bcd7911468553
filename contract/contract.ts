import { closeClients } from '../runtime/google-clients.ts';
import type { Configuration } from '../runtime/configuration.ts';
import type { Claim } from './claim.ts';
import { canaryLabel } from './canaries/canary.ts';
import { createCanaries } from './canaries/make-canaries.ts';
import { findLeftOvers, type LeftOver, removeLeftOvers, type Unseen } from './canaries/left-overs.ts';
import { contractClients, type ContractClients } from './clients.ts';
import type { FindingGround } from './ground.ts';
import { type Result } from './result.ts';
import { openResponder } from './responder.ts';
import { type Listeners, runClaims } from './run-claims.ts';
import { targetOf } from './target.ts';

/** Where to check, and what a person gave for it. */
export interface ContractOptions {
  readonly project: string;
  readonly location: string;
  /** Of this run: eight hex digits. */
  readonly run: string;
  readonly serviceAccount?: string;
  readonly finding?: FindingGround;
  /** A credentials file of the identity that contains. */
  readonly responderCredentials?: string;
}

/** What was not deleted, and why. */
export interface Kept {
  readonly leftOver: LeftOver;
  readonly why: string;
}

/** One run: its clients, what earlier runs left, its checks, and its end. */
export interface Contract {
  readonly leftOvers: () => ReturnType<typeof findLeftOvers>;
  readonly remove: (leftOvers: readonly LeftOver[]) => Promise<readonly Kept[]>;
  readonly check: (
    claims: readonly Claim[],
    listeners: Listeners,
  ) => Promise<{ readonly results: readonly Result[]; readonly stopped: boolean }>;
  /** Deletes everything that this run has made, and looks whether it is gone. Answers what is not, or of what that is not known. */
  readonly cleanUp: () => Promise<readonly Kept[]>;
  readonly close: () => Promise<void>;
}

/** How often, and how long between two times (seconds), what a run has made is looked for and deleted. */
const sweeps = 12;
const betweenSweeps = 5;

/** Opens a run against Google Cloud or the sandbox, as the configuration says. An aborted signal stops its checks, never its clean-up. */
export function openContract(
  configuration: Pick<Configuration, 'google' | 'sandbox' | 'virusTotal'>,
  options: ContractOptions,
  signal: AbortSignal,
): Contract {
  const clients: ContractClients = contractClients(configuration.google);
  const responder = openResponder(configuration.google, options.responderCredentials);
  const target = targetOf(configuration, signal);
  const { pause } = targetOf(configuration, new AbortController().signal);
  const { canaries, attempted } = createCanaries(clients, { ...options, ...target });
  const own = async () => {
    const { found, unseen } = await findLeftOvers(clients, options);
    return { found: found.filter(({ run }) => run === options.run), unseen };
  };
  return {
    leftOvers: () => findLeftOvers(clients, options),
    remove: (leftOvers) => removeLeftOvers(clients, leftOvers),
    check: (claims, listeners) =>
      runClaims(
        claims,
        { ...options, ...target, clients, canaries, ...(responder !== undefined && { responder }) },
        { ...listeners, signal },
      ),
    async cleanUp() {
      if (attempted.size === 0) return [];
      let kept: readonly Kept[] = [];
      for (let sweep = 1; sweep <= sweeps; sweep += 1) {
        const { found, unseen } = await own();
        if (found.length === 0)
          return unseen.flatMap((one) => (attempted.has(one.kind) ? [mayBe(one, options.run)] : []));
        kept = await removeLeftOvers(clients, found);
        await pause(betweenSweeps);
      }
      const { found } = await own();
      return found.map((leftOver) => ({
        leftOver,
        why: kept.find((one) => one.leftOver.name === leftOver.name)?.why ?? 'it is still listed',
      }));
    },
    close: async () => {
      await closeClients(clients);
      await responder?.close();
    },
  };
}

/** Something was made of a kind that cannot be listed: whether it is still there is not known. */
function mayBe({ kind, why }: Unseen, run: string): Kept {
  return {
    leftOver: { kind, name: `(any that is labelled ${canaryLabel}=${run})`, run },
    why: `whether it is there is not known: ${why}`,
  };
}
