import { sha256Hex } from '../../model/digest.ts';
import { readFindings } from '../../model/parse-finding.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Row } from './detector-fixtures.ts';
import { collections, place, type Seeded } from './detector-fixtures-resource.ts';

/** A notification and the case that it makes. */
export interface Notified {
  readonly caseId: string;
  readonly notification: JsonObject;
}

const organization = 'organizations/271828182845';
const projectName = `//cloudresourcemanager.googleapis.com/projects/${place.projectNumber}`;
const folder = '//cloudresourcemanager.googleapis.com/folders/141421356237';

/**
 * The notification as SCC would send it. By the row's number the envelope is that of the v1 or the v2 API, the project in the resource's
 * name its id or its number, and the name has a tail or none: documents of Google's leave all of that open, or show both.
 */
export function notify(row: Row, seeded: Seeded, now: number): Notified {
  const { fixture, module, number, plane } = row;
  const v1 = number % 2 === 0;
  const [source, parentDisplayName] =
    plane === 'runtime'
      ? ['16180339887498948482', 'Cloud Run Threat Detection']
      : ['27182818284590452353', 'Event Threat Detection'];
  const id = sha256Hex(`${module} ${row.kind} ${process.pid} ${now}`).slice(0, 32);
  const parent = `${organization}/sources/${source}${v1 ? '' : '/locations/global'}`;
  const said = fixture.says(seeded.facts);
  const resourceName = fullName(row, seeded);
  const finding = {
    name: `${parent}/findings/${id}`,
    parent,
    parentDisplayName,
    resourceName,
    state: 'ACTIVE',
    category: fixture.category,
    moduleName: module,
    severity: fixture.severity,
    findingClass: 'THREAT',
    mute: 'UNDEFINED',
    description: fixture.description,
    eventTime: new Date(now - 60_000).toISOString(),
    // SCC records a finding some seconds after what it saw.
    createTime: new Date(now - 56_000).toISOString(),
    contacts: { security: { contacts: [{ email: 'soc@example.com' }] } },
    ...(plane === 'runtime' && { containers: [container(row, seeded)] }),
    ...said,
    ...(v1 && { processes: encoded(said['processes']) }),
    ...(!v1 && { canonicalName: `projects/${place.projectNumber}/sources/${source}/locations/global/findings/${id}` }),
  };
  const notificationConfigName = `${organization}${v1 ? '' : '/locations/global'}/notificationConfigs/firebreak`;
  const resource = { name: resourceName, displayName: seeded.name, type: types[row.kind], ...ancestry(v1) };
  const notification = { notificationConfigName, finding, resource };
  return { caseId: readFindings(notification)[0]!.caseId, notification };
}

const types = {
  service: 'google.cloud.run.Service',
  job: 'google.cloud.run.Job',
  workerPool: 'google.cloud.run.WorkerPool',
  instance: 'google.cloud.run.Instance',
} as const;

function fullName({ kind, number }: Row, { name, part }: Seeded): string {
  const project = number % 4 < 2 ? place.project : place.projectNumber;
  const tail = kind === 'instance' ? '' : `/${kind === 'job' ? 'executions' : 'revisions'}/${part}`;
  return `//run.googleapis.com/projects/${project}/locations/${place.location}/${collections[kind]}/${name}${number % 8 < 4 ? '' : tail}`;
}

function container({ number }: Row, { name, facts }: Seeded): JsonObject {
  // A tag is all that some findings say beside the digest.
  const uri = number % 3 === 0 ? `${facts.imageUri.split('@')[0]}:stable` : facts.imageUri;
  return { name: `${name}-1`, uri, imageId: facts.imageId };
}

/** Arguments as the field's documentation says: "JSON encoded strings". */
function encoded(processes: Json | undefined): Json {
  if (!Array.isArray(processes)) return [];
  return (processes as readonly JsonObject[]).map((one) => ({
    ...one,
    args: (one['args'] as readonly string[]).map((arg) => JSON.stringify(arg).replaceAll('=', '\\u003d')),
  }));
}

/** Where the resource is: flat in v1, under `gcpMetadata` in v2. */
function ancestry(v1: boolean): JsonObject {
  const ancestors = {
    project: projectName,
    projectDisplayName: place.project,
    parent: projectName,
    parentDisplayName: place.project,
    folders: [{ resourceFolder: folder, resourceFolderDisplayName: 'production' }],
    organization,
  };
  if (v1) return ancestors;
  const common = { cloudProvider: 'GOOGLE_CLOUD_PLATFORM', service: 'run.googleapis.com', location: place.location };
  return { ...common, gcpMetadata: ancestors };
}
