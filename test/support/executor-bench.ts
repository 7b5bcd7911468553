import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { freePortBase } from '../../local/ports.ts';
import { digestOf } from '../../model/digest.ts';
import type { Decision } from '../../model/decision.ts';
import type { Fields } from '../../model/fields.ts';
import {
  type Action,
  type ActionKind,
  actionRoles,
  type Plan,
  type ResponderRole,
  type Target,
} from '../../model/plan.ts';
import type { Observation, Seals } from '../../model/observation.ts';
import type { Receipt, SignedReceipt } from '../../model/receipt.ts';
import { ensureTrust, readRoleKey } from '../../runtime/first-trust.ts';
import {
  closeClients,
  destructiveClients,
  googleEndpoint,
  respondClients,
  respondIamClients,
} from '../../runtime/google-clients.ts';
import { folderLedger } from '../../runtime/ledger.ts';
import { newSigningKey, publicHalf, signJson } from '../../runtime/signatures.ts';
import { statePaths } from '../../runtime/state-folder.ts';
import { trustDocument, writeRoster } from '../../runtime/trust.ts';
import { writesOfRungs } from '../../worker/responders.ts';
import type { Reality } from '../../sandbox/kernel/reality.ts';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { containmentActivities } from '../../activities/containment.ts';
import { cancelExecutions } from '../../activities/containment/cancel-executions.ts';
import { deleteResource } from '../../activities/containment/delete.ts';
import type { Executors } from '../../activities/containment/executor.ts';
import { setInvokers } from '../../activities/containment/set-invokers.ts';
import { switchInstance } from '../../activities/containment/switch-instance.ts';
import { updateService } from '../../activities/containment/update-service.ts';
import { updateWorkerPool } from '../../activities/containment/update-worker-pool.ts';

const caseId = 'finding-1-bench';
const run = 'run-1';

/** The kind of the action that a request names. */
function kindOf({ plan, action }: { readonly plan: Plan; readonly action: string }): ActionKind {
  const found = plan.actions.find(({ id }) => id === action);
  if (found === undefined) throw new TypeError(`the plan has no action ${action}`);
  return found.kind;
}

/** What a test of an executor works with: a sandbox, and the activity with clients of every identity. */
export type Bench = Awaited<ReturnType<typeof startBench>>;

/** The part of an action that a test decides; the precondition is what is found, where nothing else is said. */
export type Change = Pick<Action, 'kind' | 'change'> & { readonly target: Target; readonly precondition?: Fields };

export async function startBench(reality: Reality = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-executors-'));
  const sandbox = await startSandbox({ basePort: await freePortBase(), quotas: 'off', pace: 'brisk', reality });
  const place = { host: '127.0.0.1', port: sandbox.basePort };
  const clients = {
    respond: respondClients(place, 'live'),
    iam: respondIamClients(place, 'live'),
    destructive: destructiveClients(place, 'live'),
  };
  const paths = statePaths(folder);
  const root = await ensureTrust(paths);
  const keys = [await newSigningKey('ana'), await newSigningKey('ben')];
  const approvers = keys.map((key, index) => ({
    id: `approver-${index}`,
    roles: ['approver' as const],
    credentials: [
      { id: key.kid, kind: 'ed25519' as const, publicKey: publicHalf(key), notAfter: '2099-01-01T00:00:00Z' },
    ],
  }));
  await writeRoster(paths.trust, { ...(await trustDocument({ paths }).read()), approvers }, root);
  const executors = {
    'update-service': updateService(clients.respond),
    'update-worker-pool': updateWorkerPool(clients.respond),
    'cancel-executions': cancelExecutions(clients.respond),
    'switch-instance': switchInstance(clients.respond),
    'set-invokers': setInvokers(clients.iam),
    delete: deleteResource(clients.destructive),
  } satisfies Executors;
  // An executor has to refuse by itself what no rung would ask of it.
  const everyField = ['ingress', 'running', ...Object.values(writesOfRungs()).flat()];
  const writes = Object.fromEntries(Object.keys(actionRoles).map((kind) => [kind, everyField]));
  const trust = trustDocument({ paths });
  const observeKey = await readRoleKey(paths, 'observe');
  // One a role, since each signs with its own key.
  const workerOf = async (role: ResponderRole) =>
    containmentActivities({
      executors,
      trust,
      ledger: folderLedger(join(folder, 'ledger')),
      receiptKey: await readRoleKey(paths, role),
      // Executors are asked here for what no option of containment would ask of them.
      judge: () => Promise.resolve(null),
      quietWindow: 0,
      approvalFreshness: 1_800,
      limits: { mode: 'live', protected: [], changesPerHour: 1_000, writes },
    });
  const workers = {
    respond: await workerOf('respond'),
    'respond-iam': await workerOf('respond-iam'),
    destructive: await workerOf('destructive'),
  };
  let count = 0;

  /** Requests for the actions of one plan, in order, which two people have approved. */
  async function approvedPlan(kind: string, actions: readonly Action[]) {
    count += 1;
    const plan: Plan = {
      kind,
      case: caseId,
      run,
      nonce: String(count),
      mode: 'live',
      notAfter: new Date(Date.now() + 3_600_000).toISOString(),
      title: kind,
      actions,
      stops: [],
      doesNotStop: [],
      breaks: [],
      undo: '',
      quorum: { approvers: 2, role: 'approver' },
      missingEvidence: [],
      watch: { quietSeconds: 0 },
    };
    const decisions = await Promise.all(
      keys.map((key, index) =>
        signJson(
          {
            type: 'firebreak.decision.v1',
            id: `d-${count}-${index}`,
            case: caseId,
            run,
            proposal: '0'.repeat(64),
            choice: { kind: 'plan', plan: digestOf(plan) },
            reason: 'bench',
            approver: `approver-${index}`,
            credential: key.kid,
            signedAt: new Date().toISOString(),
          } satisfies Decision,
          'firebreak.decision.v1',
          key,
        ),
      ),
    );
    return actions.map(({ id }) => ({ plan, decisions, action: id, seals: {} }));
  }

  /** A plan of one action, which two people have approved. */
  async function approved({ kind, target, change, precondition }: Change) {
    const live = await executors[kind].read(target);
    const names = Object.keys(change).filter((name) => name !== 'exists');
    const found = Object.fromEntries(
      names.flatMap((name) => (live.fields[name] === undefined ? [] : [[name, live.fields[name]]])),
    );
    const inverse = kind === 'delete' ? null : found;
    const about = { id: 'a1', kind, title: kind, target, when: 'at-once' } as const;
    const [request] = await approvedPlan('bench', [{ ...about, precondition: precondition ?? found, change, inverse }]);
    return request!;
  }
  type Approved = Awaited<ReturnType<typeof approved>>;

  /** What observe signs where an action waits for quiet. */
  async function quietSeen({ plan, action: id }: Approved): Promise<Seals> {
    const action = plan.actions.find((one) => one.id === id);
    if (action === undefined || action.when === 'at-once') return {};
    const at = new Date().toISOString();
    const quiet = { resource: action.target, since: at, quietSeconds: plan.watch.quietSeconds, quiet: true };
    const seen = { type: 'firebreak.observation.v1', case: plan.case, run: plan.run, at, quiet } as const;
    return { quiet: await signJson(seen satisfies Observation, 'firebreak.observation.v1', observeKey) };
  }

  /** One attempt, as a worker makes it. */
  async function attempt(request: Approved, number = 1): Promise<Receipt> {
    const environment = new MockActivityEnvironment({
      attempt: number,
      workflowExecution: { workflowId: caseId, runId: run },
    });
    const applied: SignedReceipt = await environment.run(workers[actionRoles[kindOf(request)]].applyAction, {
      ...request,
      seals: await quietSeen(request),
    });
    return JSON.parse(Buffer.from(applied.payload, 'base64url').toString('utf8')) as Receipt;
  }

  return {
    sandbox,
    clients,
    executors,
    approved,
    approvedPlan,
    attempt,
    /** What the owners of the resources, who are not Firebreak, connect with. */
    ownersEndpoint: { ...googleEndpoint(place, 'respond', 'run'), port: sandbox.basePort + 2 },

    /** Attempts until there is a receipt, as Temporal has them made. */
    async apply(request: Approved, from = 1): Promise<Receipt> {
      for (let number = from; ; number += 1) {
        try {
          return await attempt(request, number);
        } catch (error) {
          if (number > from + 20 || (error instanceof ApplicationFailure && error.nonRetryable === true)) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },

    /** The next change is made, and its answer gets lost; a validation before it passes. */
    loseAnswer(method: string, validated: 'validated' | 'not-validated' = 'validated'): void {
      if (validated === 'validated') sandbox.control.fault({ method, delayMilliseconds: 1 });
      sandbox.control.fault({ method, mode: 'apply-then-lose', code: 'UNAVAILABLE' });
    },

    /** The calls that changed something. */
    effective: (method: string) =>
      sandbox.control.calls({ method }).filter(({ request, code, fault }) => {
        const { validateOnly } = request as { validateOnly?: boolean };
        return validateOnly !== true && (code === 'OK' || fault === 'apply-then-lose');
      }),

    /** Calls the sandbox's control API; throws its words where it refuses. */
    async control(path: string, body: object): Promise<void> {
      const response = await fetch(`http://127.0.0.1:${sandbox.basePort}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(await response.text());
    },

    async close(): Promise<void> {
      await Promise.all(Object.values(clients).map(closeClients));
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
