/** An event of a history as JSON, loosely: tests edit it anywhere. */
export interface JsonEvent {
  eventId: string;
  eventType: string;
  [attributes: string]: unknown;
}

export interface JsonHistory {
  events: JsonEvent[];
}

/** What an event holds, and what that holds. */
export type Parts = { [name: string]: Parts };

/** The history with one event changed. `type` without its prefix; the `nth` of the type, from 1. */
export function withEdited(
  history: JsonHistory,
  type: string,
  nth: number,
  edit: (attributes: Parts) => void,
): JsonHistory {
  const copy = structuredClone(history);
  const event = copy.events.filter(({ eventType }) => eventType === `EVENT_TYPE_${type}`)[nth - 1];
  const [, attributes] = Object.entries(event ?? {}).find(([name]) => name.endsWith('EventAttributes')) ?? [];
  if (typeof attributes !== 'object') throw new Error(`no ${type} ${nth}`);
  edit(attributes as Parts);
  return copy;
}

/** Replaces text in the payload, which has to hold it. */
export function editPayload(payload: Parts | undefined, from: string, to: string): void {
  const data: unknown = payload?.['data'];
  const text = typeof data === 'string' ? Buffer.from(data, 'base64').toString() : '';
  if (!text.includes(from)) throw new Error(`${text} does not hold ${from}`);
  Object.assign(payload ?? {}, { data: Buffer.from(text.replace(from, to)).toString('base64') });
}

const references = new Set([
  'eventId',
  'workflowTaskCompletedEventId',
  'scheduledEventId',
  'startedEventId',
  'acceptedEventId',
  'acceptedRequestSequencingEventId',
]);

/** The history without one event, numbered so that the gap does not show. */
export function without(history: JsonHistory, index: number): JsonHistory {
  const copy = structuredClone(history);
  copy.events.splice(index, 1);
  return JSON.parse(JSON.stringify(copy), (name, value: unknown) =>
    references.has(name) && Number(value) > index + 1 ? String(Number(value) - 1) : value,
  ) as JsonHistory;
}
