import { severities } from './entry.ts';
import type { LogEntry } from './entry.ts';
import { unparseable } from './filter-tokens.ts';
import type { Token } from './filter-tokens.ts';

const operators = ['=', '!=', ':', '>', '>=', '<', '<='] as const;
type Operator = (typeof operators)[number];

/** One comparison, ready to be tested. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly field: string;
  readonly operator: Operator;
  readonly value: string;
  /** For `timestamp`: the value in milliseconds since the epoch, with fractions. */
  readonly time?: number;
  readonly test: (entry: LogEntry) => boolean;
}

const texts: Readonly<Record<string, (entry: LogEntry) => string | undefined>> = {
  logName: (entry) => entry.logName,
  insertId: (entry) => entry.insertId,
  // A field of every entry: where it was not set it compares as empty, unlike a missing label.
  textPayload: (entry) => entry.textPayload ?? '',
  'resource.type': (entry) => entry.resource.type,
  'protoPayload.serviceName': (entry) => entry.protoPayload?.serviceName,
  'protoPayload.methodName': (entry) => entry.protoPayload?.methodName,
  'protoPayload.resourceName': (entry) => entry.protoPayload?.resourceName,
  'protoPayload.authenticationInfo.serviceAccountKeyName': (entry) =>
    entry.protoPayload?.authenticationInfo.serviceAccountKeyName,
  'protoPayload.requestMetadata.callerIp': (entry) => entry.protoPayload?.requestMetadata?.callerIp,
  'protoPayload.authenticationInfo.principalEmail': (entry) => entry.protoPayload?.authenticationInfo.principalEmail,
};

const known = [...Object.keys(texts), 'timestamp', 'severity', 'labels.KEY', 'resource.labels.KEY'];

/** Makes a comparison. Throws INVALID_ARGUMENT on an unknown field, operator or value, naming it. */
export function comparison(field: string, { text, at: operatorAt }: Token, value: string, at: number): Comparison {
  const operator = operators.find((one) => one === text);
  if (operator === undefined)
    throw unparseable(
      `this sandbox has no operator ${JSON.stringify(text)}; it has ${operators.join(' ')}`,
      operatorAt,
    );
  const head = { kind: 'comparison', field, operator, value } as const;
  if (operator === ':' && (field === 'timestamp' || field === 'severity'))
    throw unparseable(`the operator : does not go with ${field}`, operatorAt);
  if (field === 'timestamp') {
    const time = timeOf(value, at);
    return { ...head, time, test: (entry) => ordered(operator, entry.timestamp - time) };
  }
  if (field === 'severity') {
    const wanted = severities.findIndex((name) => name === value.toUpperCase());
    if (wanted < 0) throw unparseable(`severity ${JSON.stringify(value)} is none of ${severities.join(', ')}`, at);
    return { ...head, test: (entry) => ordered(operator, severities.indexOf(entry.severity) - wanted) };
  }
  const read = textField(field);
  if (read === undefined)
    throw unparseable(`this sandbox has no field ${JSON.stringify(field)}; it has ${known.join(', ')}`, at);
  if (operator !== '=' && operator !== '!=' && operator !== ':')
    throw unparseable(`the operator ${operator} does not go with the text field ${field}`, operatorAt);
  const wanted = value.toLowerCase();
  return { ...head, test: (entry) => textTest(operator, read(entry)?.toLowerCase(), wanted) };
}

function textField(field: string): ((entry: LogEntry) => string | undefined) | undefined {
  if (Object.hasOwn(texts, field)) return texts[field];
  for (const [prefix, labelsOf] of [
    ['labels.', (entry: LogEntry) => entry.labels],
    ['resource.labels.', (entry: LogEntry) => entry.resource.labels],
  ] as const) {
    const key = field.slice(prefix.length);
    if (field.startsWith(prefix) && key !== '')
      return (entry) => (Object.hasOwn(labelsOf(entry), key) ? labelsOf(entry)[key] : undefined);
  }
  return undefined;
}

/** Comparisons of texts ignore case; on a missing label or payload field every one is false. `:*` tests whether the field is there. */
function textTest(operator: '=' | '!=' | ':', value: string | undefined, wanted: string): boolean {
  if (value === undefined) return false;
  if (operator === ':') return wanted === '*' ? value !== '' : value.includes(wanted);
  return (value === wanted) === (operator === '=');
}

function ordered(operator: Operator, difference: number): boolean {
  switch (operator) {
    case '=':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case ':':
      return false;
    default:
      return operator satisfies never;
  }
}

/** Milliseconds since the epoch; digits beyond the millisecond as a fraction. */
function timeOf(value: string, at: number): number {
  const match = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3}(\d{0,6}))?(?:Z|[+-]\d\d:\d\d)$/i.exec(value);
  const milliseconds = Date.parse(value);
  if (match === null || Number.isNaN(milliseconds))
    throw unparseable(`${JSON.stringify(value)} is not an RFC 3339 time`, at);
  return milliseconds + Number(`0.${match[1] ?? ''}0`);
}
