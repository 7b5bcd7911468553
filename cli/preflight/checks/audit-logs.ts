import { protos } from '@google-cloud/resource-manager';
import type { Check, Preflight } from '../check.ts';
import { once } from '../clients.ts';
import { explained } from '../explain.ts';
import { attention, type Line, ok } from '../line.ts';

type AuditConfig = protos.google.iam.v1.IAuditConfig;

const { LogType } = protos.google.iam.v1.AuditLogConfig;

/** Of which services data access says what an account did after it was stolen, and who ran a job. */
const wanted = ['run.googleapis.com', 'secretmanager.googleapis.com', 'storage.googleapis.com', 'iam.googleapis.com'];
const kinds = ['DATA_READ', 'DATA_WRITE'] as const;

/** Whether data-access audit logs are on: they are off unless somebody turned them on. Source: Cloud Audit Logs, configure Data Access. */
export const auditLogs: Check = { name: 'audit logs', of: ['observe'], asksGoogle: true, look };

async function look({ projects, clients, asRoles }: Preflight): Promise<Line[]> {
  return Promise.all(
    projects.map(async (project): Promise<Line> => {
      const resource = `projects/${project}`;
      try {
        const [policy] = await clients
          .projects(asRoles ? 'observe' : 'owner')
          .getIamPolicy({ resource, options: { requestedPolicyVersion: 3 } }, once);
        return judged(project, policy.auditConfigs ?? []);
      } catch (error) {
        const about = `whether data-access logs of ${project} are on`;
        return explained(error, {
          api: 'resource-manager',
          about,
          permission: 'resourcemanager.projects.getIamPolicy',
        });
      }
    }),
  );
}

function judged(project: string, configs: readonly AuditConfig[]): Line {
  const off = wanted.filter((service) => !kinds.every((kind) => isOn(configs, service, kind)));
  if (off.length === 0) return ok(`${project}: data access is logged for ${wanted.join(', ')}`);
  return attention(
    `${project}: by its own policy data access is not logged for ${off.join(', ')} (folders and the organization, which may log it, are not read)`,
    'Without it nobody can tell what a stolen account read, or who ran a job; cases say so. Turn on DATA_READ and DATA_WRITE: IAM & Admin, Audit Logs. It may cost.',
  );
}

/** Whoever is exempted is not logged. */
function isOn(configs: readonly AuditConfig[], service: string, kind: (typeof kinds)[number]): boolean {
  return configs
    .filter(({ service: of }) => of === 'allServices' || of === service)
    .flatMap(({ auditLogConfigs }) => auditLogConfigs ?? [])
    .some(
      ({ logType, exemptedMembers }) =>
        (logType === kind || logType === LogType[kind]) && (exemptedMembers ?? []).length === 0,
    );
}
