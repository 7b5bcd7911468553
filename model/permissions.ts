import { type ActionKind, actionRoles, type ResponderRole, responderRoles } from './plan.ts';

/** The identities that call Google's APIs; the other roles need no Google account. */
export const googleRoles = ['intake', 'observe', ...responderRoles] as const;
export type GoogleRole = (typeof googleRoles)[number];

/** What the calls of each kind of action need, reads and operations among them. */
export const permissionsOf: Readonly<Record<ActionKind, readonly string[]>> = {
  'update-service': [
    'run.services.get',
    'run.services.update',
    'run.revisions.get',
    'run.revisions.list',
    'run.operations.get',
  ],
  'update-worker-pool': ['run.workerpools.get', 'run.workerpools.update', 'run.revisions.list', 'run.operations.get'],
  'cancel-executions': ['run.jobs.get', 'run.executions.list', 'run.executions.cancel', 'run.operations.get'],
  'switch-instance': ['run.instances.get', 'run.instances.stop', 'run.instances.start', 'run.operations.get'],
  'set-invokers': [
    'run.services.getIamPolicy',
    'run.services.setIamPolicy',
    'run.jobs.getIamPolicy',
    'run.jobs.setIamPolicy',
    'run.workerpools.getIamPolicy',
    'run.workerpools.setIamPolicy',
  ],
  delete: [
    'run.services.get',
    'run.services.delete',
    'run.revisions.get',
    'run.revisions.list',
    'run.revisions.delete',
    'run.jobs.get',
    'run.jobs.delete',
    'run.executions.list',
    'run.operations.get',
  ],
};

const findings = ['securitycenter.findings.list'] as const;
const logs = ['logging.logEntries.list'] as const;
const settings = [
  'run.services.get',
  'run.services.getIamPolicy',
  'run.revisions.list',
  'run.jobs.get',
  'run.jobs.getIamPolicy',
  'run.executions.list',
  'run.workerpools.get',
  'run.workerpools.getIamPolicy',
  'run.instances.get',
] as const;
/** The schedules of a job are in no settings of its own; the watch does not ask for them. */
const schedules = ['cloudscheduler.locations.list', 'cloudscheduler.jobs.list'] as const;
/**
 * What an account did is in audit logs, those of data access among them; what else runs as it is among all resources; whether it may delete logs
 * is in the project's policy.
 */
const identity = [
  ...logs,
  'logging.privateLogEntries.list',
  'run.services.list',
  'run.jobs.list',
  'run.workerpools.list',
  'run.instances.list',
  'resourcemanager.projects.getIamPolicy',
] as const;

/** What intake, and each activity that reads or marks, needs. */
export const readingPermissionsOf: Readonly<
  Record<Exclude<GoogleRole, ResponderRole>, Readonly<Record<string, readonly string[]>>>
> = {
  intake: { pull: ['pubsub.subscriptions.consume'] },
  observe: {
    takeFirstLook: [...findings, ...settings, ...schedules, ...identity],
    fetchFinding: findings,
    findRelatedFindings: findings,
    keepRecord: [],
    recordAsBefore: findings,
    recordClosing: [
      ...findings,
      ...logs,
      'securitycenter.findingsecuritymarks.update',
      'securitycenter.findingexternalsystems.update',
    ],
    readSettings: [...settings, ...schedules],
    seeWhetherChanged: settings,
    lookAfter: [...settings, ...findings],
    pullContainerLogs: identity,
    findCarriedTraffic: logs,
    investigateIdentity: identity,
    checkQuiet: [...logs, 'monitoring.timeSeries.list'],
  },
};

/** Everything that a role's calls need, each once, in the order of the alphabet. */
export function permissionsOfRole(role: GoogleRole): string[] {
  const lists =
    role === 'intake' || role === 'observe'
      ? Object.values(readingPermissionsOf[role])
      : Object.entries(permissionsOf).flatMap(([kind, list]) =>
          actionRoles[kind as ActionKind] === role ? [list] : [],
        );
  return [...new Set(lists.flat())].sort();
}

/**
 * What is likely, but not shown by the pages read: the one that listing findings asks for. The others: Cloud Run's page of IAM permissions, the
 * audit-logging pages of Security Command Center and Cloud Logging; run.operations.get by a refusal that was written up.
 */
export const unverifiedPermissions: ReadonlySet<string> = new Set(['securitycenter.findings.list']);

/** What people must know who grant a role, beyond its list. */
export const permissionNotes: Readonly<Record<GoogleRole, readonly string[]>> = {
  intake: ['Grant it on the subscription of the findings only.'],
  observe: [
    'Logs behind a log view also need logging.views.access on that view.',
    'monitoring.timeSeries.list is used with FIREBREAK_MONITORING=on only. Without it instance counts are not known; the case says so, and all else works.',
    'Without logging.privateLogEntries.list what an account read is not known; the case says so, and all else works.',
    'Without resourcemanager.projects.getIamPolicy whether an account could delete logs is not known; the case says so, and all else works.',
    'Without cloudscheduler.jobs.list and cloudscheduler.locations.list which schedules run a job is not known; the case says so, and all else works.',
    'Cloud Run instances are in preview. Where IAM takes run.instances.* into no custom role, leave them out: other cases then say only that instances of the same account could not be listed.',
    'Without securitycenter.findingexternalsystems.update the finding in SCC does not show the case’s address and state; the case says so, and all else works.',
    'Findings and their marks may live in the organization: grant the securitycenter permissions where the findings are read.',
  ],
  respond: [
    'Every update, also of traffic alone, asks besides for iam.serviceAccounts.actAs on the account that the service or worker pool runs as, and for artifactregistry.repositories.downloadArtifacts on the repositories of its images. Google was seen to refuse without; no page says so.',
    'Neither is in this role: granted in a project they would hold for every account and image in it. Grant roles/iam.serviceAccountUser on each account in use and roles/artifactregistry.reader on each repository: --commands --project P --region R prints a command for each.',
    'actAs is an escalation: whoever has the credentials of respond can deploy code of his own as that account. A default compute account is often Editor of its project. Give each service an account of its own that has no more than it needs, and grant actAs on those.',
    'A plan that makes a revision needs actAs on the account that it will run as: the quarantine account, and to give a service its own account back, that one.',
    'Before it proposes a plan, and while something lacks, a case asks what of this is granted. What lacks it says, with what to grant; such a plan cannot be approved.',
    'Cloud Run instances are in preview: whether stopping or starting one asks for actAs as an update does is not known. Without run.instances.* all else works.',
    'run.operations.get counts on the project only: a role that is bound on a single service does not give it. Bind this role on the project, or one with run.operations.get alone.',
  ],
  'respond-iam': ['Whoever may set a policy can grant himself more: give it for single projects, not for a folder.'],
  destructive: ['What it deletes cannot be given back. Leave it out where nobody should be able to.'],
};
