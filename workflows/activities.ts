import { type ActivityOptions, proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { cloudLoggingActivities } from '../activities/cloud-logging.ts';
import type { cloudRunActivities } from '../activities/cloud-run.ts';
import type { sealedLogReading, sealedLooking } from '../activities/observing.ts';
import type { grantActivities } from '../activities/grants.ts';
import type { ResponderRole } from '../model/plan.ts';
import type { containmentActivities } from '../activities/containment.ts';
import type { securityCommandCenterActivities } from '../activities/security-command-center.ts';
import type { trustActivities } from '../activities/trust.ts';
import type { watchActivities } from '../activities/watch.ts';
import type { virusTotalActivities } from '../activities/virustotal.ts';

/** What others rely on comes signed. */
type Looking = ReturnType<typeof sealedLooking>;
type SecurityCommandCenter = Omit<ReturnType<typeof securityCommandCenterActivities>, keyof Looking> & Looking;
type CloudRun = Pick<Looking, 'readSettings'> & Pick<ReturnType<typeof cloudRunActivities>, 'seeWhetherChanged'>;
type LogReading = ReturnType<typeof sealedLogReading>;
type CloudLogging = Omit<ReturnType<typeof cloudLoggingActivities>, keyof LogReading> & LogReading;
type VirusTotal = ReturnType<typeof virusTotalActivities>;
type Containment = ReturnType<typeof containmentActivities>;
type Granting = ReturnType<typeof grantActivities>;
type Watching = ReturnType<typeof watchActivities>;
type Trust = ReturnType<typeof trustActivities>;

/** Workers send heartbeats for all activities: after so long without one the worker is gone, and another attempt begins. */
const killedWorkerNoticed = '10 seconds';

/** The queue of a role, beside the one that this workflow runs on. */
function queue(role: 'observe' | 'logging' | 'virustotal' | ResponderRole): string {
  return workflowInfo().taskQueue.replace(/-cases$/, `-${role}`);
}

/** Reads are tried again until their limit is over. */
const reading = (
  role: 'observe' | 'logging' | 'virustotal' | 'respond',
  summary: string,
  limitSeconds: number,
): ActivityOptions => ({
  taskQueue: queue(role),
  startToCloseTimeout: '60 seconds',
  scheduleToCloseTimeout: `${limitSeconds} seconds`,
  heartbeatTimeout: killedWorkerNoticed,
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
  summary,
});

/** SCC, as the step that calls it is named. */
export const securityCommandCenter = (summary: string, limitSeconds: number): SecurityCommandCenter =>
  proxyActivities<SecurityCommandCenter>(reading('observe', summary, limitSeconds));

export const cloudRun = (summary: string, limitSeconds: number): CloudRun =>
  proxyActivities<CloudRun>(reading('observe', summary, limitSeconds));

export const cloudLogging = (summary: string, limitSeconds: number): CloudLogging =>
  proxyActivities<CloudLogging>(reading('logging', summary, limitSeconds));

export const virusTotal = (summary: string, limitSeconds: number): VirusTotal =>
  proxyActivities<VirusTotal>(reading('virustotal', summary, limitSeconds));

/** What respond may do, asked of itself: after changes, which nothing may hold up. */
export const granting = (summary: string, limitSeconds: number): Granting =>
  proxyActivities<Granting>({ ...reading('respond', summary, limitSeconds), priority: { priorityKey: 5 } });

/** Changes. An approval that no worker takes up in time has to be given again. */
export const containment = (summary: string, role: ResponderRole, freshnessSeconds: number): Containment =>
  proxyActivities<Containment>({
    taskQueue: queue(role),
    scheduleToStartTimeout: `${freshnessSeconds} seconds`,
    startToCloseTimeout: '5 minutes',
    heartbeatTimeout: killedWorkerNoticed,
    retry: { initialInterval: '500ms', maximumInterval: '15s' },
    scheduleToCloseTimeout: `${freshnessSeconds + 1_800} seconds`,
    summary,
  });

/** The watch over a contained resource: asked again until the time is over, an outage included. */
export const watching = (until: string): Watching =>
  proxyActivities<Watching>({
    ...reading('observe', `Watch until ${until}`, 0),
    scheduleToCloseTimeout: Math.max(60_000, Date.parse(until) - Date.now() + 3_600_000),
  });

/** Signatures: local, in the process that runs the workflow. */
export const trust = (): Trust =>
  proxyLocalActivities<Trust>({ startToCloseTimeout: '10 seconds', retry: { maximumAttempts: 5 } });
