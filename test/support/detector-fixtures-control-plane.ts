import type { JsonObject } from '../../model/json.ts';
import type { DetectorFixtures } from './detector-fixtures.ts';
import type { Facts } from './detector-fixtures-parts.ts';

/** What Event Threat Detection sends beside the finding's own fields: where in the audit logs it was seen. */
function seenInLog(rule: string, subRule: string, log: string, properties: JsonObject): JsonObject {
  return {
    sourceId: { projectNumber: '481516234200', customerOrganizationNumber: '271828182845' },
    detectionCategory: { technique: 'T1496', indicator: 'audit_log', ruleName: rule, subRuleName: subRule },
    detectionPriority: 'HIGH',
    evidence: [
      {
        sourceLogId: {
          projectId: 'rhea-prod-4421',
          resourceContainer: 'projects/rhea-prod-4421',
          timestamp: { seconds: '1795400000', nanos: 250_000_000 },
          insertId: 'invented-insert-id',
          logId: `cloudaudit.googleapis.com%2F${log}`,
        },
      },
    ],
    properties,
    contextUris: {
      mitreUri: { displayName: 'MITRE Link', url: 'https://attack.mitre.org/techniques/T1496/' },
      cloudLoggingQueryUri: [{ displayName: 'Cloud Logging Query Link', url: 'https://console.example.com/logs' }],
    },
  };
}

/** Who called which method, by the audit log. */
function calledBy(principalEmail: string, { callerIp }: Facts, method: string): JsonObject {
  return {
    principalEmail,
    callerIp,
    callerIpGeo: { regionCode: 'ZZ' },
    serviceName: 'run.googleapis.com',
    methodName: `google.cloud.run.v2.${method}`,
    userAgent: 'google-cloud-sdk gcloud/550.0.0',
  };
}

/** Seen in audit logs by Event Threat Detection: no processes are known. */
export const controlPlaneFixtures: DetectorFixtures = {
  CLOUD_RUN_JOBS_CRYPTOMINING_COMMANDS: {
    category: 'Impact: Cryptomining Commands',
    severity: 'HIGH',
    description: 'A job runs a command that mines.',
    playbook: 'cryptomining',
    recommends: 'end',
    says: (facts) => ({
      access: calledBy('jonas.brandt@example.com', facts, 'Jobs.CreateJob'),
      mitreAttack: { primaryTactic: 'IMPACT', primaryTechniques: ['RESOURCE_HIJACKING'] },
      sourceProperties: seenInLog('cloud_run_cryptomining', 'jobs_commands', 'system_event', {
        command: ['xmrig', '--url', `${facts.host}:3333`],
      }),
    }),
  },
  CLOUD_RUN_CRYPTOMINING_DOCKER_IMAGES: {
    category: 'Execution: Cryptomining Docker Image',
    severity: 'HIGH',
    description: 'An image was deployed that is known to mine.',
    playbook: 'cryptomining-image',
    recommends: 'end',
    says: (facts) => ({
      access: calledBy('jonas.brandt@example.com', facts, 'Services.UpdateService'),
      containers: [{ name: 'worker', uri: facts.imageUri, imageId: facts.imageId }],
      mitreAttack: { primaryTactic: 'IMPACT', primaryTechniques: ['RESOURCE_HIJACKING'] },
      sourceProperties: seenInLog('cloud_run_cryptomining', 'docker_images', 'system_event', { image: facts.imageUri }),
    }),
  },
  CLOUD_RUN_SERVICES_SET_IAM_POLICY: {
    category: 'Privilege Escalation: Default Compute Engine Service Account SetIAMPolicy',
    severity: 'LOW',
    description: 'The default service account set the policy of a service.',
    playbook: 'default-account-policy',
    recommends: 'quarantine',
    account: 'default',
    says: (facts) => ({
      access: calledBy(facts.account, facts, 'Services.SetIamPolicy'),
      iamBindings: [{ action: 'ADD', role: 'roles/run.invoker', member: 'allUsers' }],
      mitreAttack: { primaryTactic: 'PRIVILEGE_ESCALATION', primaryTechniques: ['VALID_ACCOUNTS'] },
      sourceProperties: seenInLog('cloud_run_services_set_iam_policy', 'default_account', 'activity', {
        bindingDeltas: [{ action: 'ADD', role: 'roles/run.invoker', member: 'allUsers' }],
      }),
    }),
  },
};
