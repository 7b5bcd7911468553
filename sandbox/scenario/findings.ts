import { project } from './services.ts';

/** The demonstration's source: Cloud Run Threat Detection in the invented organization. */
const source = `organizations/${project.organization}/sources/16180339887498948482/locations/global`;

/** A finding with its resource, as JSON of the v2 API. */
export interface FindingWithResource {
  readonly finding: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
}

/** What differs between the findings. */
export interface FindingDetails {
  /** 32 hex digits. */
  readonly id: string;
  readonly service: string;
  readonly category: string;
  readonly moduleName: string;
  readonly severity: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';
  readonly description: string;
  readonly slug: string;
  /** Milliseconds since the epoch. */
  readonly eventTime: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A finding of Cloud Run Threat Detection. Source of the fields: securitycenter/v2/finding.proto and the finding pages of the two runbooks. */
export function cloudRunFinding(details: FindingDetails): FindingWithResource {
  const { id, service, category, moduleName, severity, description, slug, eventTime, fields } = details;
  const resourceName = `//run.googleapis.com/projects/${project.id}/locations/${project.location}/services/${service}`;
  const finding = {
    name: `${source}/findings/${id}`,
    canonicalName: `${source.replace(/^organizations\/\d+/, `projects/${project.number}`)}/findings/${id}`,
    parent: source,
    parentDisplayName: 'Cloud Run Threat Detection',
    resourceName,
    state: 'ACTIVE',
    category,
    moduleName,
    severity,
    findingClass: 'THREAT',
    mute: 'UNDEFINED',
    description,
    nextSteps: `See https://cloud.google.com/security-command-center/docs/findings/threats/cloud-run-${slug}`,
    externalUri: `https://console.cloud.google.com/run/detail/${project.location}/${service}?project=${project.id}`,
    eventTime: new Date(eventTime).toISOString(),
    // SCC records a finding some seconds after what it saw.
    createTime: new Date(eventTime + 4_000).toISOString(),
    contacts: {
      security: { contacts: [{ email: 'soc@example.com' }] },
      technical: { contacts: [{ email: `${service}-owners@example.com` }] },
    },
    ...fields,
  };
  return { finding, resource: resourceOf(resourceName, service) };
}

function resourceOf(name: string, displayName: string): Record<string, unknown> {
  const projectName = `//cloudresourcemanager.googleapis.com/projects/${project.number}`;
  return {
    name,
    displayName,
    type: 'google.cloud.run.Service',
    cloudProvider: 'GOOGLE_CLOUD_PLATFORM',
    service: 'run.googleapis.com',
    location: project.location,
    gcpMetadata: {
      project: projectName,
      projectDisplayName: project.id,
      parent: projectName,
      parentDisplayName: project.id,
      folders: [
        {
          resourceFolder: '//cloudresourcemanager.googleapis.com/folders/141421356237',
          resourceFolderDisplayName: 'production',
        },
      ],
      organization: `organizations/${project.organization}`,
    },
    resourcePath: {
      nodes: [
        { nodeType: 'GCP_PROJECT', id: `projects/${project.number}`, displayName: project.id },
        { nodeType: 'GCP_FOLDER', id: 'folders/141421356237', displayName: 'production' },
        { nodeType: 'GCP_ORGANIZATION', id: `organizations/${project.organization}` },
      ],
    },
    resourcePathString: `organizations/${project.organization}/folders/141421356237/projects/${project.number}`,
  };
}

/** A file whose hash covers all of it. */
export function wholeFile(path: string, size: number, sha256: string): Record<string, unknown> {
  return { path, size: String(size), hashedSize: String(size), sha256, partiallyHashed: false };
}

/** SCC's link to VirusTotal's page for a file. */
export function virusTotalLink(sha256: string): Record<string, unknown> {
  return {
    virustotalIndicatorQueryUri: [
      { displayName: 'VirusTotal File Link', url: `https://www.virustotal.com/gui/file/${sha256}/detection` },
    ],
  };
}
