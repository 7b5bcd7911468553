import { cloudLoggingActivities } from '../activities/cloud-logging.ts';
import { cloudRunActivities } from '../activities/cloud-run.ts';
import { containmentActivities } from '../activities/containment.ts';
import { planJudge } from '../activities/containment/derive.ts';
import { respondAsker } from '../activities/ask-respond.ts';
import { grantActivities } from '../activities/grants.ts';
import { firstLookActivities } from '../activities/first-look.ts';
import { instanceCounter } from '../activities/instance-count.ts';
import { scheduleLister } from '../activities/job-schedules.ts';
import { logReader } from '../activities/log-reader.ts';
import { sealedLogReading, sealedLooking } from '../activities/observing.ts';
import { sealer } from '../activities/seal.ts';
import { securityCommandCenterActivities } from '../activities/security-command-center.ts';
import { tokenBucket } from '../activities/token-bucket.ts';
import { trustActivities } from '../activities/trust.ts';
import { virusTotalActivities } from '../activities/virustotal.ts';
import { watchActivities } from '../activities/watch.ts';
import { folderArchiveIndex, openedCases, ownArchiveIndex } from '../runtime/archive-index.ts';
import type { Configuration } from '../runtime/configuration.ts';
import { type EvidenceStore, evidenceStore } from '../runtime/evidence-store.ts';
import { readRoleKey } from '../runtime/first-trust.ts';
import { monitoringClient, observeClients, projectsClient, schedulerClient } from '../runtime/google-clients.ts';
import { sccParents } from '../runtime/scc-parents.ts';
import { folderLedger } from '../runtime/ledger.ts';
import { seenRosters } from '../runtime/seen-rosters.ts';
import { planBuilder } from './plan-builder.ts';
import { responderOf, writesOfRungs } from './responders.ts';
import { taskQueues, type WorkerRole } from '../runtime/task-queues.ts';
import { trustDocument } from '../runtime/trust.ts';

/** One task queue that a role serves. */
export interface Serving {
  readonly taskQueue: string;
  readonly activities: object;
  /** True for the role that runs the workflows. */
  readonly workflows: boolean;
  /** Activities at a time. */
  readonly concurrency: number;
  /** Lets go of connections when the worker has ended. */
  readonly close: () => Promise<void>;
}

const nothingToClose = (): Promise<void> => Promise.resolve();

/** What a role serves, with clients of its own identity. Throws UserError where something that the role needs is missing. */
export async function servingsOf(role: WorkerRole, configuration: Configuration): Promise<Serving[]> {
  const queues = taskQueues(configuration.taskQueuePrefix);
  const evidence = evidenceStore(configuration.evidenceFolder);
  const trust = trustDocument(configuration);
  switch (role) {
    case 'cases':
      return [
        {
          taskQueue: queues.cases,
          activities: trustActivities({ trust, closed: folderArchiveIndex(configuration.paths.archiveIndex, trust) }),
          workflows: true,
          concurrency: 100,
          close: nothingToClose,
        },
      ];
    case 'observe':
      return observe(configuration, evidence);
    case 'virustotal': {
      const activities = virusTotalActivities({ virusTotal: configuration.virusTotal, evidence });
      return [{ taskQueue: queues.virustotal, activities, workflows: false, concurrency: 20, close: nothingToClose }];
    }
    case 'archive':
      return [];
    case 'respond':
    case 'respond-iam':
    case 'destructive': {
      const { changesPerHour, rails, google, times } = configuration;
      const ledger = folderLedger(configuration.ledgerFolder);
      // Before its clients, which would keep a process that cannot begin.
      const signer = await readRoleKey(configuration.paths, role);
      const { executors, granting, readSettings, close } = responderOf(role, google, rails.mode);
      const changing = containmentActivities({
        executors,
        judge: planJudge({ readSettings, build: planBuilder(configuration) }),
        trust: trustDocument({ ...configuration, seen: seenRosters(ledger, signer) }),
        ledger,
        receiptKey: signer,
        limits: { mode: rails.mode, protected: rails.protected, changesPerHour, writes: writesOfRungs() },
        approvalFreshness: times.approvalFreshness,
        quietWindow: times.quietWindow,
      });
      const { quarantineAccount } = rails;
      const account = quarantineAccount === undefined ? {} : { quarantineAccount };
      const looking = granting === undefined ? {} : grantActivities({ ...granting, ...account, key: signer });
      const activities = { ...changing, ...looking };
      return [{ taskQueue: queues[role], activities, workflows: false, concurrency: 20, close }];
    }
  }
}

async function observe(configuration: Configuration, evidence: EvidenceStore): Promise<Serving[]> {
  const parents = sccParents(configuration);
  const key = await readRoleKey(configuration.paths, 'observe');
  const seal = sealer(key);
  const trust = trustDocument(configuration);
  const queues = taskQueues(configuration.taskQueuePrefix);
  // Before its clients, which would keep a process that cannot begin.
  const { findings, logs, ...cloudRun } = observeClients(configuration.google);
  const scheduler = await schedulerClient(configuration.google);
  const settings = cloudRunActivities({ ...cloudRun, evidence, schedulesOf: scheduleLister(scheduler) });
  const share = (part: number) =>
    tokenBucket('Cloud Logging', Math.max(1, Math.floor(configuration.logCallsPerMinute * part)));
  const lanes = { first: share(0.6), more: share(0.2), watch: share(0.2) };
  const metrics = configuration.monitoring === 'on' ? await monitoringClient(configuration.google) : undefined;
  const projects = await projectsClient(configuration.google);
  const reader = logReader({
    logs,
    cloudRun,
    projects,
    evidence,
    lanes,
    scopes: configuration.logScopes,
    ...(metrics && { countInstances: instanceCounter(metrics) }),
  });
  const securityCommandCenter = securityCommandCenterActivities({
    findings,
    evidence,
    archiveIndex: ownArchiveIndex(configuration.paths.archiveIndex, trust, key),
    opened: openedCases(configuration.paths.archiveIndex, trust),
    trust,
    expiry: configuration.times.expiry,
    bucket: tokenBucket('SCC', configuration.findingReadsPerMinute),
    parents,
    caseUrl: configuration.caseUrl,
    seesServing: reader.seesServing,
  });
  const looking = { ...settings, ...securityCommandCenter };
  // A watch compares what was changed; no schedule is.
  const watching = watchActivities({ ...looking, ...cloudRunActivities({ ...cloudRun, evidence }) });
  const look = firstLookActivities({
    ...looking,
    lookAtLogs: reader.lookAtLogs,
    askRespond: respondAsker(queues.respond),
  });
  const reading = { ...looking, ...watching, ...sealedLooking({ ...looking, ...look }, seal) };
  const logReading = cloudLoggingActivities(reader);
  const closeReaders = async (): Promise<void> => {
    await Promise.all([findings, scheduler, ...Object.values(cloudRun)].map((client) => client.close()));
  };
  const closeLogging = async (): Promise<void> => {
    await Promise.all([logs.close(), projects.close(), metrics?.close()]);
  };
  return [
    { taskQueue: queues.observe, activities: reading, workflows: false, concurrency: 50, close: closeReaders },
    {
      taskQueue: queues.logging,
      activities: {
        ...logReading,
        ...sealedLogReading(logReading, seal),
      },
      workflows: false,
      concurrency: 10,
      close: closeLogging,
    },
  ];
}
