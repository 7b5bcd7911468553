import type { Detector } from './detector.ts';

/** The detectors that read audit logs, not containers; on by default. Source: SCC, "Cloud Run Threat Detection overview" (2026-04-10) and the pages of the findings. */
export const controlPlaneDetectors: readonly Detector[] = [
  {
    displayName: 'Impact: Cryptomining Commands',
    apiName: 'CLOUD_RUN_JOBS_CRYPTOMINING_COMMANDS',
    aliases: [],
    plane: 'control-plane',
    resources: ['job'],
    documented: { severity: 'HIGH', techniques: [], log: 'IAM System Event audit logs' },

    ours: { family: 'cryptomining', techniques: ['T1496'] },
  },
  {
    displayName: 'Execution: Cryptomining Docker Image',
    apiName: 'CLOUD_RUN_CRYPTOMINING_DOCKER_IMAGES',
    aliases: [],
    plane: 'control-plane',
    resources: ['service', 'job'],
    documented: { severity: 'HIGH', techniques: [], log: 'IAM System Event audit logs' },

    ours: { family: 'cryptomining-image', techniques: ['T1610', 'T1496'] },
  },
  {
    displayName: 'Privilege Escalation: Default Compute Engine Service Account SetIAMPolicy',
    apiName: 'CLOUD_RUN_SERVICES_SET_IAM_POLICY',
    aliases: [],
    plane: 'control-plane',
    resources: ['service'],
    documented: { severity: 'LOW', techniques: [], log: 'Admin Activity logs' },

    ours: { family: 'default-account-policy', techniques: ['T1098', 'T1078.001'] },
  },
];
