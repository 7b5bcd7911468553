import type { CallRecord } from '../../sandbox/kernel/calls.ts';

/** Cloud Run's collections, as IAM writes them. Source: Cloud Run, IAM permissions. */
const collections: Readonly<Record<string, string>> = {
  Services: 'services',
  Revisions: 'revisions',
  Jobs: 'jobs',
  Executions: 'executions',
  WorkerPools: 'workerpools',
  Instances: 'instances',
};
const verbs = ['getIamPolicy', 'setIamPolicy', 'get', 'list', 'update', 'delete', 'cancel', 'stop', 'start'] as const;

/** Methods of the other services, with what IAM asks of their caller. */
const others: Readonly<Record<string, string>> = {
  'google.longrunning.Operations/GetOperation': 'run.operations.get',
  'google.pubsub.v1.Subscriber/StreamingPull': 'pubsub.subscriptions.consume',
  'google.pubsub.v1.Subscriber/Acknowledge': 'pubsub.subscriptions.consume',
  'google.pubsub.v1.Subscriber/ModifyAckDeadline': 'pubsub.subscriptions.consume',
  'google.cloud.securitycenter.v2.SecurityCenter/ListFindings': 'securitycenter.findings.list',
  'google.cloud.securitycenter.v2.SecurityCenter/UpdateSecurityMarks': 'securitycenter.findingsecuritymarks.update',
  'google.cloud.securitycenter.v2.SecurityCenter/UpdateExternalSystem': 'securitycenter.findingexternalsystems.update',
  'google.cloud.resourcemanager.v3.Projects/GetIamPolicy': 'resourcemanager.projects.getIamPolicy',
  'google.cloud.scheduler.v1.CloudScheduler/ListJobs': 'cloudscheduler.jobs.list',
  // Of all that the sandbox plays, Cloud Scheduler alone serves this one.
  'google.cloud.location.Locations/ListLocations': 'cloudscheduler.locations.list',
  'google.logging.v2.LoggingServiceV2/ListLogEntries': 'logging.logEntries.list',
  'google.monitoring.v3.MetricService/ListTimeSeries': 'monitoring.timeSeries.list',
};

/**
 * What IAM would ask the caller of a call for. Written from Google's pages, apart from what the engine says of itself. Throws for a method that
 * nobody has looked up yet.
 */
export function permissionsNeeded({ method, request }: CallRecord): string[] {
  // Whoever calls it is told what he may do, also nothing. Source: IAM, testing permissions.
  if (method.endsWith('/TestIamPermissions')) return [];
  const [, collection = '', call = ''] = /^google\.cloud\.run\.v2\.(\w+)\/(\w+)$/.exec(method) ?? [];
  const verb = verbs.find((name) => call.toLowerCase().startsWith(name.toLowerCase()));
  const place = collections[collection];
  if (place !== undefined && verb !== undefined) return [`run.${place}.${verb}`];
  const permission = others[method];
  if (permission === undefined) throw new Error(`which permission does ${method} need? Look it up, and add it here`);
  const { filter = '' } = request as { filter?: string };
  // Logs of data access are private: listing them takes a permission of its own.
  return /data_access|logName:"cloudaudit\.googleapis\.com"/.test(filter)
    ? [permission, 'logging.privateLogEntries.list']
    : [permission];
}
