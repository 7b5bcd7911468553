import type { Json } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import { timeText, plainJson } from '../plain-json.ts';
import { generationOf, type Live } from './executor.ts';

/**
 * What Cloud Run says of a resource beside what is asked for. Source: run/v2/service.proto, worker_pool.proto, job.proto (output only), and who the
 * last client was.
 */
const said: ReadonlySet<string> = new Set([
  'name',
  'uid',
  'generation',
  'observedGeneration',
  'createTime',
  'updateTime',
  'deleteTime',
  'expireTime',
  'creator',
  'lastModifier',
  'client',
  'clientVersion',
  'terminalCondition',
  'conditions',
  'latestReadyRevision',
  'latestCreatedRevision',
  'trafficStatuses',
  'instanceSplitStatuses',
  'uri',
  'urls',
  'satisfiesPzs',
  'threatDetectionEnabled',
  'reconciling',
  'etag',
  'executionCount',
  'latestCreatedExecution',
]);

/** By the names that plans have for them. */
const names: Readonly<Record<string, string>> = { instanceSplits: 'splits' };

/** What of a resource tells whether somebody else changed it: how often it was, what is asked for, when it last was. */
export function traceOf(resource: {
  readonly generation?: { toString(): string } | number | string | null;
  readonly updateTime?: unknown;
}): Pick<Live, 'generation' | 'asked' | 'updateTime'> {
  const whole = plainJson(resource);
  const fields: [string, Json | undefined][] = isJsonObject(whole) ? Object.entries(whole) : [];
  const generation = generationOf(resource);
  const updateTime = timeText(resource.updateTime);
  return {
    ...(generation !== undefined && { generation }),
    ...(updateTime !== '' && { updateTime }),
    asked: Object.fromEntries(
      fields.flatMap(([name, value]) => (said.has(name) || value === undefined ? [] : [[names[name] ?? name, value]])),
    ),
  };
}
