import { createHash, randomBytes } from 'node:crypto';
import {
  demonstrationFindings,
  demonstrationReputation,
  demonstrationServices,
} from '../sandbox/scenario/demonstration.ts';
import { readFindings } from '../model/parse-finding.ts';
import { checkout } from '../sandbox/scenario/services.ts';

/** A finding with a service of its own, known to the sandbox and not yet published. */
export interface SeededCase {
  readonly caseId: string;
  readonly findingName: string;
  /** The notification as SCC sends it. */
  readonly notification: Readonly<Record<string, unknown>>;
}

/** Places, so that cases that have nothing to do with each other do not all turn up as related: SCC is asked by place. */
const places =
  'africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-south2 asia-southeast1 asia-southeast2 australia-southeast1 australia-southeast2 europe-central2 europe-north1 europe-southwest1 europe-west1 europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9 europe-west10 europe-west12 me-central1 me-central2 me-west1 northamerica-northeast1 northamerica-northeast2 northamerica-south1 southamerica-east1 southamerica-west1 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4'.split(
    ' ',
  );

const minute = 60_000;
let made = 0;

/**
 * Makes that many services in the sandbox, each with a compromised revision, a malicious binary of its own that VirusTotal knows, and SCC's
 * finding about it: the demonstration's reverse shell under other names. Few log lines, and changes take effect at once: how much a service
 * writes and how long Google takes is not what is measured.
 */
export async function seedCases(sandbox: string, count: number): Promise<SeededCase[]> {
  const seeded: SeededCase[] = [];
  for (let index = 0; index < count; index += 1) seeded.push(await seedCase(sandbox));
  return seeded;
}

async function seedCase(sandbox: string): Promise<SeededCase> {
  made += 1;
  const now = Date.now();
  const place = places[made % places.length] ?? 'europe-west1';
  const [service] = demonstrationServices(now);
  const { published } = demonstrationFindings(now);
  const [file, ...others] = demonstrationReputation();
  const [finding] = published;
  if (service === undefined || finding === undefined || file === undefined)
    throw new TypeError('the demonstration has a first service');
  const id = randomBytes(16).toString('hex');
  const binary = createHash('sha256').update(id).digest('hex');
  const renamed = <T>(value: T): T => {
    const text = JSON.stringify(value)
      .replaceAll(checkout.name, `${checkout.name}-${made}`)
      .replaceAll('europe-west1/services', `${place}/services`);
    return JSON.parse(
      text.replaceAll(`"location":"europe-west1"`, `"location":"${place}"`).replaceAll(file.id, binary),
    ) as T;
  };
  const revisions = service.revisions.map(({ compromised, ...revision }) =>
    compromised === undefined
      ? revision
      : {
          ...revision,
          createTime: new Date(now - 3 * minute).toISOString(),
          compromised: { ...compromised, everySeconds: 30 },
        },
  );
  await control(
    sandbox,
    'POST',
    '/cloud-run/services',
    renamed({ ...service, revisions, requestEverySeconds: 240, operationMilliseconds: 0, graceSeconds: 0 }),
  );
  await control(sandbox, 'PUT', '/virustotal', renamed(file));
  for (const other of made === 1 ? others : []) await control(sandbox, 'PUT', '/virustotal', other);
  const named = JSON.stringify(renamed(finding)).replaceAll(
    String(finding.finding['name']).split('/').at(-1) ?? '',
    id,
  );
  const notification = JSON.parse(named) as SeededCase['notification'] & { finding: { name: string } };
  const findingName = notification.finding.name;
  const [read] = readFindings(notification);
  if (read === undefined) throw new TypeError('a notification holds a finding');
  return { caseId: read.caseId, findingName, notification };
}

/** Makes a finding exist in SCC without sending it. */
export async function putFinding(sandbox: string, { notification }: SeededCase): Promise<void> {
  await control(sandbox, 'POST', '/findings', notification);
}

/** Publishes a finding: it exists in SCC, and its notification is on its way. */
export async function publish(sandbox: string, { notification }: Pick<SeededCase, 'notification'>): Promise<void> {
  await control(sandbox, 'POST', '/publish', notification);
}

/** Calls the sandbox's control API. Throws where it refuses. */
export async function control(sandbox: string, method: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(`http://${sandbox}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the sandbox refused ${method} ${path}: HTTP ${response.status} ${text}`);
}
