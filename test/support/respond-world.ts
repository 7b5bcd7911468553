import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServicesClient } from '@google-cloud/run';
import { status } from '@grpc/grpc-js';
import { MockActivityEnvironment } from '@temporalio/testing';
import { freePortBase } from '../../local/ports.ts';
import type { Decision, SignedDecision } from '../../model/decision.ts';
import { digestOf } from '../../model/digest.ts';
import type { Fields } from '../../model/fields.ts';
import type { Action, Plan } from '../../model/plan.ts';
import type { Receipt, SignedReceipt } from '../../model/receipt.ts';
import type { ApproverRole } from '../../model/roster.ts';
import { ensureTrust, readRoleKey } from '../../runtime/first-trust.ts';
import { closeClients, googleEndpoint, respondClients } from '../../runtime/google-clients.ts';
import { folderLedger } from '../../runtime/ledger.ts';
import { newSigningKey, publicHalf, signJson, type SigningKey } from '../../runtime/signatures.ts';
import { statePaths } from '../../runtime/state-folder.ts';
import { trustDocument, writeRoster } from '../../runtime/trust.ts';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { type Scenario, seedScenario } from './scenario.ts';
import { writesOfRungs } from '../../worker/responders.ts';
import { containmentActivities } from '../../activities/containment.ts';
import type { PlanJudge } from '../../activities/containment/derive.ts';
import type { Seals } from '../../model/observation.ts';
import type { Executor, Executors } from '../../activities/containment/executor.ts';
import type { Limits } from '../../activities/containment/limits.ts';
import { grpcCode } from '../../activities/google-errors.ts';
import { toService } from '../../activities/settings/service-fields.ts';
import { updateService } from '../../activities/containment/update-service.ts';

export const run = 'run-1';
const project = 'rhea-prod-4421';

/** One attempt of the activity, as a respond worker makes it. What is not said is as usual. */
export interface Attempt {
  readonly decisions: readonly SignedDecision[];
  readonly plan: Plan;
  readonly action?: string;
  readonly workflow?: { readonly workflowId: string; readonly runId: string };
  readonly attempt?: number;
  readonly ledger?: string;
  readonly limits?: Partial<Limits>;
  readonly executors?: Executors;
  readonly judge?: PlanJudge;
  readonly seals?: Seals;
}

/** What a respond worker lives in: a sandbox, people on a roster, a ledger. */
export async function respondWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-respond-'));
  const sandbox = await startSandbox({ basePort: await freePortBase(), quotas: 'off', pace: 'brisk' });
  const place = { host: '127.0.0.1', port: sandbox.basePort };
  const clients = respondClients(place, 'live');
  const { services } = clients;
  const owners = new ServicesClient({ ...googleEndpoint(place, 'respond', 'run'), port: sandbox.basePort + 2 });
  const paths = statePaths(folder);
  const root = await ensureTrust(paths);
  const trust = trustDocument({ paths });
  const receiptKey = await readRoleKey(paths, 'respond');
  const keys = {
    ana: await newSigningKey('ana'),
    ben: await newSigningKey('ben'),
    eve: await newSigningKey('eve'),
    vic: await newSigningKey('vic'),
  };
  const person = (id: keyof typeof keys, role: ApproverRole, notAfter = '2099-01-01T00:00:00Z') => ({
    id,
    roles: [role],
    credentials: [{ id: keys[id].kid, kind: 'ed25519' as const, publicKey: publicHalf(keys[id]), notAfter }],
  });
  const approvers = [
    person('ana', 'approver'),
    person('ben', 'approver'),
    person('eve', 'approver', '2020-01-01T00:00:00Z'),
    person('vic', 'viewer'),
  ];
  await writeRoster(paths.trust, { ...(await trustDocument({ paths }).read()), approvers }, root);
  const usualExecutors: Executors = { 'update-service': updateService(clients) };
  const usualLimits: Limits = { mode: 'live', protected: [], changesPerHour: 1_000, writes: writesOfRungs() };

  const world = {
    folder,
    keys,
    paths,
    place,
    root,
    sandbox,
    clients,
    services,
    trust,
    ledgerFolder: join(folder, 'ledger'),
    ledger: folderLedger(join(folder, 'ledger')),
    newLedger: () => join(folder, `ledger-${randomUUID()}`),

    /** A service with its compromised revision, after everything that was before is forgotten. */
    newScenario(): Scenario {
      sandbox.control.clearFaults();
      sandbox.control.clearCalls();
      return seedScenario(sandbox);
    },

    nameOf: ({ service }: Scenario): string => `projects/${project}/locations/europe-west1/services/${service}`,

    /** Fields of the service as respond reads them now. */
    async fields({ service }: Scenario): Promise<Fields> {
      const target = { kind: 'service', project, location: 'europe-west1', name: service } as const;
      return (await updateService(clients).read(target)).fields;
    },

    /** An owner of the service, who is not Firebreak, writes these fields. */
    async ownerWrites(scenario: Scenario, change: Fields): Promise<void> {
      const { service, paths: written } = toService(change);
      const request = { service: { ...service, name: world.nameOf(scenario) }, updateMask: { paths: written } };
      // Cloud Run refuses an update now and then though nobody else has changed anything.
      const [operation] = await owners.updateService(request).catch((error: unknown) => {
        if (grpcCode(error) !== status.ABORTED) throw error;
        return owners.updateService(request);
      });
      await operation.promise();
    },

    /** An owner of the service deploys a revision, which serves where traffic goes to the latest. */
    async ownerDeploys(scenario: Scenario, revision: string): Promise<void> {
      const response = await fetch(`http://127.0.0.1:${sandbox.basePort}/cloud-run/deploy`, {
        method: 'POST',
        body: JSON.stringify({
          service: scenario.service,
          revision: { name: revision, image: 'europe-docker.pkg.dev/rhea/web/fix:1', creator: 'ana@rhea.example' },
        }),
      });
      if (!response.ok) throw new Error(await response.text());
    },

    /**
     * Respond's executor, whose first change somebody is just ahead of: after the last look, and before the call. An etag that is ignored is as one that
     * is not sent.
     */
    overtaken(deed: () => Promise<void>, etag: 'ignored' | 'enforced'): Executor {
      const right = updateService(clients);
      let done = false;
      const services = new Proxy(clients.services, {
        get(client, name) {
          const found: unknown = Reflect.get(client, name, client);
          if (typeof found !== 'function') return found;
          return async (
            request: { readonly validateOnly?: boolean; readonly service?: object },
            ...rest: unknown[]
          ) => {
            if (name !== 'updateService' || request.validateOnly === true || done)
              return Reflect.apply(found, client, [request, ...rest]) as unknown;
            done = true;
            await deed();
            const sent = etag === 'ignored' ? { ...request, service: { ...request.service, etag: '' } } : request;
            return Reflect.apply(found, client, [sent, ...rest]) as unknown;
          };
        },
      });
      return { ...right, start: updateService({ ...clients, services }).start };
    },

    /** An action that writes these fields of the scenario's service, found as it is now. */
    async actionOn(scenario: Scenario, change: Fields, more: Partial<Action> = {}): Promise<Action> {
      const live = await world.fields(scenario);
      const found = Object.fromEntries(Object.keys(change).map((name) => [name, live[name]])) as Fields;
      return {
        id: 'a1',
        kind: 'update-service',
        title: `write ${Object.keys(change).join(' and ')}`,
        target: { kind: 'service', project, location: 'europe-west1', name: scenario.service },
        when: 'at-once',
        precondition: found,
        change,
        inverse: found,
        ...more,
      };
    },

    /** Pins all traffic to the good revision: enough to see whether a write happened. */
    async planFor(scenario: Scenario, change: Partial<Plan> = {}): Promise<Plan> {
      return {
        kind: 'move-traffic',
        case: scenario.caseId,
        run,
        nonce: randomUUID(),
        mode: 'live',
        notAfter: new Date(Date.now() + 3_600_000).toISOString(),
        title: 'Move traffic',
        actions: [
          await world.actionOn(scenario, {
            traffic: [{ type: 'revision', revision: scenario.goodRevision, percent: 100 }],
          }),
        ],
        stops: [],
        doesNotStop: [],
        breaks: [],
        undo: '',
        quorum: { approvers: 1, role: 'approver' },
        missingEvidence: [],
        watch: { revision: scenario.badRevision, quietSeconds: 0 },
        ...change,
      };
    },

    /** A decision for a plan, signed with the person's key or another, changed as the test likes before. */
    approval(
      plan: Plan,
      approver: keyof typeof keys,
      change: Partial<Decision> = {},
      key: SigningKey = keys[approver],
    ): Promise<SignedDecision> {
      const decision: Decision = {
        type: 'firebreak.decision.v1',
        id: `d-${approver}`,
        case: plan.case,
        run,
        proposal: '0'.repeat(64),
        choice: { kind: 'plan', plan: digestOf(plan) },
        reason: 'seen',
        approver,
        credential: key.kid,
        signedAt: new Date().toISOString(),
        ...change,
      };
      return signJson(decision, 'firebreak.decision.v1', key);
    },

    attempt({ decisions, plan, ...given }: Attempt): Promise<SignedReceipt> {
      const activities = containmentActivities({
        executors: given.executors ?? usualExecutors,
        trust,
        ledger: folderLedger(given.ledger ?? world.ledgerFolder),
        receiptKey,
        // What respond would make itself is tried in plan-judge.test.ts: here plans are made by the tests.
        judge: given.judge ?? (() => Promise.resolve(null)),
        quietWindow: 0,
        approvalFreshness: 1_800,
        limits: { ...usualLimits, ...given.limits },
      });
      const environment = new MockActivityEnvironment({
        attempt: given.attempt ?? 1,
        workflowExecution: given.workflow ?? { workflowId: plan.case, runId: run },
      });
      return environment.run(activities.applyAction, {
        plan,
        decisions,
        action: given.action ?? 'a1',
        seals: given.seals ?? {},
      });
    },

    apply: async (given: Attempt): Promise<Receipt> => readReceipt(await world.attempt(given)),

    /** Calls that change a service, validations apart, whatever came of them. */
    writes: () =>
      sandbox.control
        .calls({ method: 'UpdateService' })
        .filter(({ request }) => (request as { validateOnly?: boolean }).validateOnly !== true),
    effective: () => world.writes().filter(({ code, role }) => code === 'OK' && role === 'respond'),

    async close(): Promise<void> {
      await closeClients(clients);
      await owners.close();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}

export type RespondWorld = Awaited<ReturnType<typeof respondWorld>>;

/** What a receipt says. */
export function readReceipt(receipt: SignedReceipt): Receipt {
  return JSON.parse(Buffer.from(receipt.payload, 'base64url').toString('utf8')) as Receipt;
}
