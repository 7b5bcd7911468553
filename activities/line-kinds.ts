import type { LogLine } from './log-lines.ts';

/** Ends of the names of the logs that Google writes itself. Source: Cloud Run, logging. */
const requestLog = 'run.googleapis.com%2Frequests';
const platformLog = 'run.googleapis.com%2Fvarlog%2Fsystem';
const auditLogs = 'cloudaudit.googleapis.com';

/** Filters in the Logging query language: what nobody's container had a part in. */
export const notAudit = `NOT logName:"${auditLogs}"`;
export const served = `logName:"${requestLog}" AND labels.instanceId:*`;
export const notRefused = `(NOT logName:"${requestLog}" OR labels.instanceId:*)`;

/** How the platform says that a container is over. It has no field for it; what it says otherwise is taken for a sign of life. */
const ending = /^Container (?:called exit\(\d+\)|terminated on signal \d+)\.?$/;

/** True for a request that an instance served. One that Google refused, since nothing runs or nobody may call, names no instance. */
export function isServed({ log, instance }: Pick<LogLine, 'log' | 'instance'>): boolean {
  return log.endsWith(requestLog) && instance !== '';
}

/** True for a request that Google refused by itself. */
export function isRefused({ log, instance }: Pick<LogLine, 'log' | 'instance'>): boolean {
  return log.endsWith(requestLog) && instance === '';
}

/**
 * True where a line shows that an instance was there. Of what Google writes only what names an instance does, and not that it has ended; what was
 * done to the resource does not. What a container writes does in any case: client libraries write lines without the label of the instance.
 */
export function showsLife({ log, instance, text }: Pick<LogLine, 'log' | 'instance' | 'text'>): boolean {
  if (log.includes(auditLogs)) return false;
  if (log.endsWith(requestLog)) return instance !== '';
  if (log.endsWith(platformLog)) return instance !== '' && !ending.test(text);
  return true;
}
