import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import { runIntake } from '../../intake/main.ts';
import { freePortBase, planPorts } from '../../local/ports.ts';
import { type CaseState, type CaseView, caseViewSchema } from '../../model/case.ts';
import type { Choice, Decision, DecisionAnswer, SignedDecision } from '../../model/decision.ts';
import { parsed } from '../../model/parse.ts';
import type { ApproverRole } from '../../model/roster.ts';
import { caseQuery, decideMessage } from '../../model/temporal-names.ts';
import { type Configuration, readConfiguration } from '../../runtime/configuration.ts';
import { ensureTrust, readRoleKey } from '../../runtime/first-trust.ts';
import { ownArchiveIndex } from '../../runtime/archive-index.ts';
import { newSigningKey, publicHalf, signJson, type SigningKey } from '../../runtime/signatures.ts';
import { statePaths } from '../../runtime/state-folder.ts';
import { usualRoles, type WorkerRole } from '../../runtime/task-queues.ts';
import { trustDocument, writeRoster } from '../../runtime/trust.ts';
import type { Reality } from '../../sandbox/kernel/reality.ts';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { runWorker } from '../../worker/main.ts';

/** A person who can sign, as a test needs one. */
export interface Analyst {
  readonly id: string;
  readonly key: SigningKey;
}

/** The whole system for a test: the shared real Temporal server, a sandbox, intake and workers in this process. */
export type System = Awaited<ReturnType<typeof startSystem>>;

/**
 * Starts it. Variables as a user would set them; a queue prefix of its own keeps systems apart on one server. `reality`: the switches of the
 * sandbox that are not to be as by default.
 */
export async function startSystem(
  variables: Readonly<Record<string, string>> = {},
  quotas: 'on' | 'off' = 'off',
  reality: Reality = {},
) {
  const address = variables['TEMPORAL_ADDRESS'] ?? inject('temporalAddress');
  process.env['TEMPORAL_ADDRESS'] = address;
  const stateDir = await mkdtemp(join(tmpdir(), 'firebreak system '));
  const paths = statePaths(stateDir);
  const rootKey = await ensureTrust(paths);
  const base = await freePortBase();
  const sandbox = await startSandbox({ basePort: planPorts(base).sandbox, quotas, reality, pace: 'brisk' });
  const environment = {
    FIREBREAK_SANDBOX: `127.0.0.1:${sandbox.basePort}`,
    FIREBREAK_TASK_QUEUE_PREFIX: `test-${randomUUID()}`,
    FIREBREAK_QUIET_WINDOW_SECONDS: '1',
    FIREBREAK_VIRUSTOTAL_PER_MINUTE: '1000',
    FIREBREAK_LOG_CALLS_PER_MINUTE: '1000',
    FIREBREAK_CHANGES_PER_HOUR: '100000',
    FIREBREAK_LOG_LEVEL: 'error',
    ...variables,
  };
  const configuration = await readConfiguration(stateDir, environment);
  // Without the client's own retries: one that is pending when the connection closes throws from a timer.
  const connection = await Connection.connect({ address, interceptors: [] });
  const client = new Client({ connection });
  const closing = new AbortController();
  const running: { readonly stop: () => Promise<void> }[] = [];

  /** Runs a part of the system until it is stopped, or the system is. */
  function run(part: (signal: AbortSignal) => Promise<void>): { stop(): Promise<void> } {
    const abort = new AbortController();
    const ended = part(abort.signal);
    ended.catch((error: unknown) => console.error(error));
    const stop = async (): Promise<void> => {
      abort.abort();
      await ended;
    };
    running.push({ stop });
    return { stop };
  }

  const system = {
    address,
    client,
    configuration,
    environment,
    paths,
    sandbox,
    stateDir,
    startWorker: (roles: readonly WorkerRole[] = usualRoles(configuration), changed: Partial<Configuration> = {}) =>
      run((signal) => runWorker({ ...configuration, ...changed }, roles, signal)),
    startIntake: () => run((signal) => runIntake(configuration, signal)),

    /** The archive index as observe has it, which can sign what it likes. */
    archiveIndex: async () =>
      ownArchiveIndex(paths.archiveIndex, trustDocument({ paths }), await readRoleKey(paths, 'observe')),

    /** Puts a person on the roster. */
    async addAnalyst(
      id: string,
      roles: readonly ApproverRole[] = ['approver'],
      notAfter = '2099-01-01T00:00:00Z',
    ): Promise<Analyst> {
      const key = await newSigningKey(id);
      const roster = await trustDocument({ paths }).read();
      const credential = { id: key.kid, kind: 'ed25519' as const, publicKey: publicHalf(key), notAfter };
      const approvers = [...roster.approvers, { id, roles, credentials: [credential] }];
      await writeRoster(paths.trust, { ...roster, approvers }, rootKey);
      return { id, key };
    },

    /** What the case answers; every view that a test sees is of its form. */
    view: async (id: string): Promise<CaseView> =>
      parsed(caseViewSchema, await client.workflow.getHandle(id).query(caseQuery), 'view'),

    /** Waits until the case is in one of these states; says where it is when it takes too long. */
    async until(
      id: string,
      states: readonly CaseState[],
      condition: (view: CaseView) => boolean = () => true,
    ): Promise<CaseView> {
      let seen = 'no case';
      for (let round = 0; round < 1_800 && !closing.signal.aborted; round += 1) {
        try {
          const view = await system.view(id);
          seen = `${view.state}: ${view.reason}\n${view.timeline.map(({ time, text }) => `${time} ${text}`).join('\n')}`;
          if (states.includes(view.state) && condition(view)) return view;
        } catch (error) {
          seen = String(error);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`case ${id} never was ${states.join(' or ')} as expected; last seen: ${seen}`);
    },

    /** A signed decision on the proposal of a view, changed as the test likes before it is signed. */
    async sign(
      view: CaseView,
      analyst: Analyst,
      choice: Choice,
      change: Partial<Decision> = {},
      key = analyst.key,
    ): Promise<SignedDecision> {
      const decision: Decision = {
        type: 'firebreak.decision.v1',
        id: randomUUID(),
        case: view.id,
        run: view.run,
        proposal: view.proposal?.digest ?? '0'.repeat(64),
        choice,
        reason: 'as the test says',
        approver: analyst.id,
        credential: key.kid,
        signedAt: new Date().toISOString(),
        ...change,
      };
      return signJson(decision, 'firebreak.decision.v1', key);
    },

    /** Sends a decision straight into Temporal, as an update. */
    send: (id: string, signed: unknown): Promise<DecisionAnswer> =>
      client.withAbortSignal(closing.signal, () =>
        client.workflow
          .getHandle(id)
          .executeUpdate<DecisionAnswer, [unknown]>(decideMessage, { args: [signed], updateId: randomUUID() }),
      ),

    /** Approves the plan of a kind that the view offers. */
    async approve(view: CaseView, analyst: Analyst, kind: string): Promise<DecisionAnswer> {
      const offered = view.proposal?.plans.find(({ plan }) => plan.kind === kind);
      if (offered === undefined)
        throw new Error(`no plan ${kind} is offered: ${view.proposal?.plans.map(({ id }) => id).join(', ')}`);
      return system.send(view.id, await system.sign(view, analyst, { kind: 'plan', plan: offered.digest }));
    },

    /** Calls that changed Cloud Run, validations apart. */
    changes: () =>
      sandbox.control
        .calls({ method: 'UpdateService' })
        .filter(({ request, code }) => code === 'OK' && (request as { validateOnly?: boolean }).validateOnly !== true),

    async close(): Promise<void> {
      // What was sent and waits for an answer would try again on a closed connection.
      closing.abort();
      await Promise.all(running.map(({ stop }) => stop()));
      await connection.close();
      await sandbox.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
  return system;
}
