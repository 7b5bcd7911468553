import type { CloudRunResource } from '../model/finding.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import { resourceKinds } from '../model/resource-kinds.ts';
import { lineText } from './line-text.ts';

/** What is needed of a log entry. Texts are the attacker's. */
export interface LogLine {
  /** RFC 3339, as whoever wrote the line says: a container may say any time within the retention. */
  readonly time: string;
  /** When Cloud Logging took it in, which nobody else can set. Source: google/logging/v2/log_entry.proto, receive_timestamp. */
  readonly receivedAt: string;
  readonly severity: string;
  /** Full name of its log. */
  readonly log: string;
  /** Which revision wrote it; of a job, which execution. */
  readonly revision: string;
  /** Which instance wrote it, or had to do with it; empty where none had. */
  readonly instance: string;
  readonly text: string;
}

const longestText = 200;

/** The label by which Cloud Run tells a job's executions apart. Assumed: no document names it. */
const executionLabel = 'run.googleapis.com/execution_name';

/**
 * The log filter of a resource, or of some of its revisions; of a job, of some of its executions. Its parts match a strict grammar (the finding
 * parser's), so nothing in them can end the quotes.
 */
export function resourceFilter(
  { kind, name, location, project }: CloudRunResource,
  part: string | readonly string[] = [],
): string {
  const parts = [part].flat();
  for (const text of [name, location, project, ...parts]) {
    if (!/^[A-Za-z0-9.:_-]+$/.test(text))
      throw new TypeError('a resource name that fits no grammar must not reach a filter');
  }
  const { type, label } = resourceKinds[kind].log;
  const all = `resource.type="${type}" AND resource.labels.${label}="${name}" AND resource.labels.location="${location}"`;
  if (parts.length === 0) return all;
  const field = kind === 'job' ? `labels."${executionLabel}"` : 'resource.labels.revision_name';
  const any = parts.map((one) => `${field}="${one}"`).join(' OR ');
  return `${all} AND ${parts.length === 1 ? any : `(${any})`}`;
}

/** Reads a log entry that was made plain JSON. */
export function lineOf(entry: Json): LogLine {
  const object = isJsonObject(entry) ? entry : {};
  const resource = isJsonObject(object['resource']) ? object['resource'] : {};
  const labels = isJsonObject(resource['labels']) ? resource['labels'] : {};
  const own = isJsonObject(object['labels']) ? object['labels'] : {};
  return {
    time: textOf(object['timestamp']),
    receivedAt: textOf(object['receiveTimestamp']),
    severity: textOf(object['severity']),
    log: textOf(object['logName']),
    revision: textOf(labels['revision_name']) || textOf(own[executionLabel]),
    instance: textOf(own['instanceId']),
    text: lineText(object).slice(0, longestText),
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
