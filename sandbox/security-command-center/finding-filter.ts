import { textAt } from '../kernel/json.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import { parseFilter } from './filter-syntax.ts';
import type { FilterNode, Operator, Restriction } from './filter-syntax.ts';
import { type StoredFinding, scopesOf } from './findings.ts';
import { markOf } from './marks.ts';
import { parseFindingName, withoutScope } from './names.ts';

/** Whether a finding fits. */
export type FindingTest = (stored: StoredFinding) => boolean;

interface FilterField {
  readonly operators: readonly Operator[];
  readonly test: (restriction: Restriction) => FindingTest;
}

const markPrefix = 'security_marks.marks.';
const time: FilterField = { operators: ['=', '>', '<', '>=', '<='], test: timeTest };

/** The fields that the sandbox can filter by. The list in the proto is longer: what is not here is refused. */
const fields: Readonly<Record<string, FilterField>> = {
  name: { operators: ['='], test: nameTest },
  parent: text((stored) => textAt(stored.finding, 'parent')),
  parent_display_name: text((stored) => textAt(stored.finding, 'parentDisplayName')),
  resource_name: text((stored) => textAt(stored.finding, 'resourceName')),
  state: oneOf(['ACTIVE', 'INACTIVE'], (stored) => textAt(stored.finding, 'state')),
  category: text((stored) => textAt(stored.finding, 'category')),
  severity: oneOf(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], (stored) => textAt(stored.finding, 'severity')),
  mute: oneOf(['MUTED', 'UNMUTED', 'UNDEFINED'], (stored) => textAt(stored.finding, 'mute') ?? 'UNDEFINED'),
  finding_class: oneOf(
    [
      'THREAT',
      'VULNERABILITY',
      'MISCONFIGURATION',
      'OBSERVATION',
      'SCC_ERROR',
      'POSTURE_VIOLATION',
      'TOXIC_COMBINATION',
      'SENSITIVE_DATA_RISK',
      'CHOKEPOINT',
    ],
    (stored) => textAt(stored.finding, 'findingClass'),
  ),
  event_time: time,
  'resource.name': text((stored) => textAt(stored.resource, 'name')),
  'resource.type': text((stored) => textAt(stored.resource, 'type')),
  'resource.project_display_name': text(
    (stored) =>
      textAt(stored.resource, 'gcpMetadata', 'projectDisplayName') ?? textAt(stored.resource, 'projectDisplayName'),
  ),
};

/** A test for the filter. Throws StatusError INVALID_ARGUMENT for what it does not understand, never a filter that silently fits nothing. */
export function findingFilter(filter: string): FindingTest {
  const tree = parseFilter(filter);
  return tree === undefined ? () => true : compile(tree);
}

function compile(node: FilterNode): FindingTest {
  switch (node.kind) {
    case 'and': {
      const tests = node.parts.map(compile);
      return (stored) => tests.every((test) => test(stored));
    }
    case 'or': {
      const tests = node.parts.map(compile);
      return (stored) => tests.some((test) => test(stored));
    }
    case 'not': {
      const test = compile(node.part);
      return (stored) => !test(stored);
    }
    case 'restriction':
      return compileRestriction(node);
    default:
      return node satisfies never;
  }
}

function compileRestriction(restriction: Restriction): FindingTest {
  const { field: name, operator } = restriction;
  const field = fieldNamed(name);
  if (field === undefined) {
    throw invalidArgument(
      `the sandbox cannot filter findings by ${JSON.stringify(name)}. It knows: ${[...Object.keys(fields), `${markPrefix}KEY`].join(', ')}`,
    );
  }
  if (!field.operators.includes(operator)) {
    throw invalidArgument(`${name} cannot be compared with ${operator}; it knows ${field.operators.join(' ')}`);
  }
  return field.test(restriction);
}

function fieldNamed(name: string): FilterField | undefined {
  if (name.startsWith(markPrefix)) {
    const key = name.slice(markPrefix.length);
    // Marks are case insensitive: security_marks.proto.
    const field = text((stored) => markOf(stored.finding, key)?.toLowerCase());
    return { ...field, test: (restriction) => field.test({ ...restriction, value: restriction.value.toLowerCase() }) };
  }
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function text(read: (stored: StoredFinding) => string | undefined): FilterField {
  return {
    operators: ['=', ':'],
    test: ({ operator, value, quoted, field }) => {
      if (!quoted) throw invalidArgument(`the value of ${field} must be in quotes: ${field}${operator}"${value}"`);
      if (operator === '=') return (stored) => read(stored) === value;
      return (stored) => read(stored)?.includes(value) ?? false;
    },
  };
}

function oneOf(values: readonly string[], read: (stored: StoredFinding) => string | undefined): FilterField {
  const field = text(read);
  return {
    ...field,
    test: (restriction) => {
      if (restriction.operator === '=' && !values.includes(restriction.value)) {
        throw invalidArgument(
          `${restriction.field} is one of ${values.join(', ')}, never ${JSON.stringify(restriction.value)}`,
        );
      }
      return field.test(restriction);
    },
  };
}

function nameTest({ value }: Restriction): FindingTest {
  const wanted = parseFindingName(value);
  return (stored) => {
    const name = textAt(stored.finding, 'name') ?? '';
    // Most are another finding's: told without taking the name apart.
    if (!name.endsWith(wanted.finding)) return false;
    return withoutScope(parseFindingName(name)) === withoutScope(wanted) && scopesOf(stored).includes(wanted.scope);
  };
}

function timeTest({ field, operator, value, quoted }: Restriction): FindingTest {
  const wanted = quoted ? Date.parse(value) : Number(value);
  if (
    !Number.isFinite(wanted) ||
    (quoted && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value))
  ) {
    throw invalidArgument(
      `the value of ${field} must be an RFC 3339 time in quotes or milliseconds since 1970, not ${value}`,
    );
  }
  return (stored) => {
    const actual = Date.parse(textAt(stored.finding, 'eventTime') ?? '');
    switch (operator) {
      case '=':
        return actual === wanted;
      case '>':
        return actual > wanted;
      case '<':
        return actual < wanted;
      case '>=':
        return actual >= wanted;
      case '<=':
        return actual <= wanted;
      case ':':
        return false;
      default:
        return operator satisfies never;
    }
  };
}
