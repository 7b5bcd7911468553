import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { status } from '@grpc/grpc-js';
import type { protos } from '@google-cloud/run';
import { LRUCache } from 'lru-cache';
import { askerSchema, type Grant, type Grants, type Needed, type SignedGrants } from '../model/grants.ts';
import { repositoryOf } from '../model/image-repository.ts';
import { MalformedError, parsed } from '../model/parse.ts';
import { actAs, downloadArtifacts, updating } from '../model/plan-grants.ts';
import { type Target, targetSchema } from '../model/plan.ts';
import { targetName } from '../model/rails.ts';
import type { z } from '../model/schema.ts';
import { messageOf } from '../runtime/errors.ts';
import type { RespondClients } from '../runtime/google-clients.ts';
import type { PermissionTester } from '../runtime/permission-tester.ts';
import { type SigningKey, signJson } from '../runtime/signatures.ts';
import { googleFailure, grpcCode } from './google-errors.ts';
import { reasonHeader } from './request-reason.ts';
import { imagesOf } from './settings/workload.ts';

export interface GrantDependencies {
  readonly clients: Pick<RespondClients, 'services' | 'workerPools'>;
  readonly tester: PermissionTester;
  readonly key: SigningKey;
  /** The account of quarantine plans, which need actAs on it as well; absent where there is none. */
  readonly quarantineAccount?: string;
}

/** For which case it is asked, where no workflow asks. */
export type Asker = Pick<Grants, 'case' | 'run'>;

/** What `lookAtGrants` answers: what respond says, and its signature over it. */
export interface SealedGrants {
  readonly value: Grants;
  readonly seal: SignedGrants;
}

const callOptions = { timeout: 3_000, retry: null } as const;
const longestReason = 400;
/** What is granted is believed for so long, milliseconds: cases that come together ask once. What is not is asked each time, since people mend it. */
const grantLives = 60_000;
/** So many looks at a time, fewer than the activities of the role: looking must not hold up a change. */
const mostLooks = 10;

/** What the role respond is granted on a resource and on what that is made of, asked with its own identity before anything is proposed. */
export function grantActivities({ clients, tester, key, quarantineAccount }: GrantDependencies) {
  const { services, workerPools } = clients;
  const granted = new LRUCache<string, true>({ max: 2_000, ttl: grantLives });
  let looks = 0;

  /**
   * Reads the resource and asks Google which of what its update needs respond has. Changes nothing: where something lacks, Google is asked to
   * validate an update that would write what is there. Throws where the resource cannot be read.
   */
  async function lookAtGrants(given: Target, asker?: Asker): Promise<SealedGrants> {
    const target = targetOf(given);
    if (looks >= mostLooks) throw ApplicationFailure.nonRetryable('respond looks at many resources now', 'Busy');
    looks += 1;
    try {
      const about = asking(asker);
      const value: Grants = {
        type: 'firebreak.grants.v1',
        ...about,
        at: new Date().toISOString(),
        target,
        ...(await look(target, about.case)),
      };
      return { value, seal: await signJson(value, 'firebreak.grants.v1', key) };
    } finally {
      looks -= 1;
    }
  }

  async function look(target: Target, caseId: string) {
    const live = await readLive(target);
    const account = live.template?.serviceAccount ?? '';
    const repositories = [...new Set(imagesOf(live.template ?? {}).flatMap((image) => repositoryOf(image) ?? []))];
    const needed: Needed[] = [
      { permission: updating[live.kind], on: 'resource', name: targetName(target) },
      ...[...new Set([account, ...(quarantineAccount === undefined ? [] : [quarantineAccount])])].map(
        (name) => ({ permission: actAs, on: 'account', name }) as const,
      ),
      ...repositories.map((name) => ({ permission: downloadArtifacts, on: 'repository', name }) as const),
    ];
    const grants = await Promise.all(needed.map(answerTo));
    const ofNow = ({ on, name }: Grant): boolean => on !== 'account' || name === account;
    const lacks = grants.some((grant) => ofNow(grant) && grant.answer === 'lacking');
    return {
      account,
      repositories,
      grants,
      validation: lacks ? await validated(live, caseId) : ('not-asked' as const),
    };
  }

  async function readLive(target: Target) {
    const name = targetName(target);
    try {
      if (target.kind === 'service') {
        const [service] = await services.getService({ name }, callOptions);
        return { kind: 'service', template: service.template, service } as const;
      }
      const [pool] = await workerPools.getWorkerPool({ name }, callOptions);
      return { kind: 'workerPool', template: pool.template, pool } as const;
    } catch (error) {
      throw googleFailure(`Cloud Run, read ${name}`, error);
    }
  }

  async function answerTo(needed: Needed): Promise<Grant> {
    const { permission, on, name } = needed;
    if (name === '') return { ...needed, answer: 'not-known', reason: 'the resource names no account of its own' };
    const known = `${permission} ${name}`;
    if (granted.has(known)) return { ...needed, answer: 'granted', reason: '' };
    try {
      const has = await permissionsOn(on, name, permission);
      if (!has.includes(permission)) return { ...needed, answer: 'lacking', reason: '' };
      granted.set(known, true);
      return { ...needed, answer: 'granted', reason: '' };
    } catch (error) {
      return { ...needed, answer: 'not-known', reason: messageOf(error).slice(0, longestReason) };
    }
  }

  async function permissionsOn(on: Needed['on'], name: string, permission: string): Promise<readonly string[]> {
    if (on === 'repository') return tester.test(on, name, [permission]);
    // The account's project is not always in its address. Source: google/iam/admin/v1/iam.proto, the wildcard `-`.
    if (on === 'account') return tester.test(on, `projects/-/serviceAccounts/${name}`, [permission]);
    const client = permission === updating.service ? services : workerPools;
    const [{ permissions }] = await client.testIamPermissions(
      { resource: name, permissions: [permission] },
      callOptions,
    );
    return permissions ?? [];
  }

  /** What Google says to an update that would write what is there. */
  async function validated(live: Live, caseId: string): Promise<Grants['validation']> {
    const options = { ...callOptions, ...reasonHeader(`firebreak case ${caseId} looks at what respond is granted`) };
    try {
      if (live.kind === 'service') {
        const { name, etag, traffic } = live.service;
        const service = { name: name ?? '', etag: etag ?? '', traffic: traffic ?? [] };
        await services.updateService({ service, updateMask: { paths: ['traffic'] }, validateOnly: true }, options);
      } else {
        const { name, etag, instanceSplits } = live.pool;
        const workerPool = { name: name ?? '', etag: etag ?? '', instanceSplits: instanceSplits ?? [] };
        const updateMask = { paths: ['instance_splits'] };
        await workerPools.updateWorkerPool({ workerPool, updateMask, validateOnly: true }, options);
      }
      return 'passed';
    } catch (error) {
      return grpcCode(error) === status.PERMISSION_DENIED ? 'refused' : 'not-known';
    }
  }

  return { lookAtGrants };
}

type Live =
  | { readonly kind: 'service'; readonly service: protos.google.cloud.run.v2.IService }
  | { readonly kind: 'workerPool'; readonly pool: protos.google.cloud.run.v2.IWorkerPool };

/** The case that asks: the workflow that the server names, else the one that observe asks for. */
function asking(given: Asker | undefined): Asker {
  const { workflowExecution } = Context.current().info;
  if (workflowExecution !== undefined)
    return { case: workflowExecution.workflowId ?? '', run: workflowExecution.runId ?? '' };
  return inForm(askerSchema, given);
}

/** Anybody who can put a task into the queue can ask, with anything. Respond updates no jobs and no instances. */
function targetOf(given: unknown): Target {
  const target = inForm(targetSchema, given);
  if (!(target.kind in updating))
    throw ApplicationFailure.nonRetryable('respond updates no jobs and no instances', 'MalformedError');
  return target;
}

function inForm<T>(schema: z.ZodMiniType<T>, given: unknown): T {
  try {
    return parsed(schema, given, 'request to look at what is granted');
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw ApplicationFailure.nonRetryable(error.message, 'MalformedError');
  }
}
