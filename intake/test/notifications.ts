import type { ParsedFinding } from '../../model/finding.ts';
import { parseFindings } from '../../model/parse-finding.ts';

let findings = 0;

/** An id that no other test of this process uses. */
export function newFindingId(): string {
  findings += 1;
  return `f${process.pid}x${findings}x${Date.now().toString(36)}`;
}

/** Whose the tests' findings are. */
export const parents = ['organizations/100000000001'];

/** The case of the finding of that id. */
export function caseOf(id: string): string {
  return notification(id).finding.caseId;
}

/** What a test varies of a notification. */
export interface News {
  readonly name?: string;
  readonly canonicalName?: string;
  readonly eventTime?: string;
  readonly state?: string;
  readonly mute?: string;
  readonly description?: string;
  readonly category?: string;
  readonly findingClass?: string;
  readonly resourceName?: string;
  readonly processes?: readonly object[];
  readonly sourceProperties?: object;
  readonly marks?: Readonly<Record<string, string>>;
}

/** A Pub/Sub v2 notification of an invented reverse shell, as its bytes' text. */
export function notificationText(id: string, news: News = {}): string {
  const { marks, ...fields } = news;
  return JSON.stringify({
    notificationConfigName: 'organizations/100000000001/locations/global/notificationConfigs/threats',
    finding: {
      name: `organizations/100000000001/sources/7700/locations/global/findings/${id}`,
      category: 'Reverse Shell',
      state: 'ACTIVE',
      mute: 'UNDEFINED',
      severity: 'CRITICAL',
      findingClass: 'THREAT',
      eventTime: '2026-11-20T10:00:00.500Z',
      createTime: '2026-11-20T10:00:01Z',
      description: 'a shell is bound to a remote socket',
      resourceName: '//run.googleapis.com/projects/rhea-prod-4421/locations/europe-west1/services/storefront',
      processes: [{ name: 'sh', envVariables: [{ name: 'API_TOKEN', val: 'not-a-real-secret' }] }],
      ...(marks && { securityMarks: { marks } }),
      ...fields,
    },
    resource: {
      name: '//run.googleapis.com/projects/rhea-prod-4421/locations/europe-west1/services/storefront',
      type: 'google.cloud.run.Service',
      gcpMetadata: { projectDisplayName: 'rhea-prod-4421' },
    },
  });
}

/** The same, parsed. */
export function notification(id: string, news: News = {}): ParsedFinding {
  const [parsed] = parseFindings(JSON.parse(notificationText(id, news)));
  if (parsed === undefined) throw new Error('the notification holds no finding');
  return parsed;
}
