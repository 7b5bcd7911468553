import { MockActivityEnvironment } from '@temporalio/testing';
import * as fc from 'fast-check';
import { canonicalJson } from '../../../model/digest.ts';
import { DefaultLogger } from '@temporalio/worker';
import { servingsOf } from '../../../worker/roles.ts';
import { startSystem } from '../../support/system.ts';
import { changesIn } from './cloud.ts';
import { approvedCase, containedCase, type Request, scheduledRequest } from './genuine.ts';
import { mutated, mutation, withoutSignature, withValues } from './mutations.ts';
import { analystHere, firebreak } from './people.ts';

/** A genuine request, and whose it is. */
interface Genuine {
  readonly id: string;
  readonly run: string;
  readonly request: Request;
}

// That a request is refused by throwing is no news here.
const logger = new DefaultLogger('ERROR', () => {});

/** Genuine requests to change something that wait for respond, and the respond role as its worker would run it. */
export async function startMutationBench() {
  const system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker(['observe', 'virustotal']);
  const cases = system.startWorker(['cases']);
  const respond = system.startWorker(['respond']);
  const ana = await analystHere(system, 'ana');
  const { view: contained } = await containedCase(system, ana);
  await respond.stop();
  const approved = await approvedCase(system, ana);
  await firebreak(system, 'undo', contained.id);
  const undo = await system.until(`undo-${contained.id}-1`, ['proposed']);
  await system.approve(undo, ana, 'undo');
  const { input } = await scheduledRequest(system.client, undo.id);
  // Nobody else carries out what waits, nor goes on with the cases.
  await cases.stop();
  const requests: Record<'case' | 'way back', Genuine> = {
    case: approved,
    'way back': { id: undo.id, run: undo.run, request: input as Request },
  };
  const [serving] = await servingsOf('respond', system.configuration);
  const { applyAction } = serving!.activities as { applyAction: (request: unknown) => Promise<unknown> };

  /** What respond changes for a request that comes from that run; what it answers or throws is its own affair. */
  async function changesBy({ id, run }: Genuine, request: unknown): Promise<string[]> {
    system.sandbox.control.clearCalls();
    const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: id, runId: run } }, { logger });
    await environment.run(applyAction, request).catch(() => {});
    return changesIn(system.sandbox);
  }

  return {
    /** Throws where a mutated request changes something. */
    async mutate(kind: keyof typeof requests, numRuns: number): Promise<void> {
      const genuine = requests[kind];
      const attempt = async (request: unknown): Promise<void> => {
        if (isSigned(request, genuine.request)) return;
        const changes = await changesBy(genuine, request);
        if (changes.length > 0) throw new Error(`${changes.join(', ')} by ${JSON.stringify(request)}`);
      };
      await fc.assert(
        fc.asyncProperty(mutation, (steps) => attempt(mutated(genuine.request, steps))),
        { numRuns, verbose: 0 },
      );
      await attempt(withValues(genuine.request, withoutSignature));
    },

    /** What the genuine request changes: that the others change nothing is not for want of a way in. */
    genuine: (kind: keyof typeof requests) => changesBy(requests[kind], requests[kind].request),

    async close(): Promise<void> {
      await serving!.close();
      await system.close();
    },
  };
}

/** Whether it has the very plan that was approved, every vote for it, and the action: all else that stands beside these is not what is carried out. */
function isSigned(request: unknown, { plan, decisions, action }: Request): boolean {
  const given = (typeof request === 'object' && request !== null ? request : {}) as Partial<Record<string, unknown>>;
  const votes = Array.isArray(given['decisions']) ? given['decisions'].map((vote) => JSON.stringify(vote)) : [];
  return (
    given['plan'] !== undefined &&
    canonicalJson(given['plan']) === canonicalJson(plan) &&
    given['action'] === action &&
    decisions.every((decision) => votes.includes(JSON.stringify(decision)))
  );
}
