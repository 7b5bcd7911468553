import { type CsvRow, csvRows } from './csv-rows.ts';
import { FindingParseError } from './finding-error.ts';
import { toJson } from './finding-json.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { type TextPart, unreadablePart } from './json-documents.ts';

/** Where a cell goes: `finding.resourceName` is `['finding', 'resourceName']`. */
type Path = readonly string[];

/** The least that a finding has to say, by the column's path. */
const needed = ['finding.name', 'finding.category', 'finding.eventTime', 'finding.resourceName'] as const;
/** Columns by which a CSV of findings is known from any other text. */
const known: ReadonlySet<string> = new Set([...needed, 'finding.state', 'finding.severity', 'finding.createTime']);
/** What columns are called besides by their fields. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['finding.findingName', 'finding.name'],
  ['finding.findingCategory', 'finding.category'],
  ['finding.resource', 'finding.resourceName'],
  ['finding.resourceFullName', 'finding.resourceName'],
  ['resource.name', 'finding.resourceName'],
]);
/** A header may be so long, in characters. */
const longestHeader = 65_536;
const longestPath = 16;

/**
 * The findings of a CSV with a header, as the console writes it: columns are fields (`finding.resource_name`, `Event time`), lists and objects in cells
 * are JSON. Undefined where the text is none of findings.
 */
export function findingCsv(text: string): TextPart[] | undefined {
  const header = headerOf(text);
  if (header === undefined) return undefined;
  const { delimiter, paths } = header;
  const columns = new Set(paths.map((path) => path.join('.')));
  const lacking = needed.filter((name) => !columns.has(name));
  if (lacking.length > 0)
    return [
      unreadablePart(
        1,
        text,
        `a CSV without ${lacking.join(', ')}: add these columns, or export the findings as JSON or JSONL`,
      ),
    ];
  return csvRows(text, delimiter)
    .slice(1)
    .map((row) => rowPart(row, paths));
}

function headerOf(text: string) {
  const [first = ''] = /^[^\n]*/.exec(text.slice(0, longestHeader)) ?? [];
  if (/^\s*[[{]/.test(first)) return undefined;
  for (const delimiter of [',', ';', '\t'] as const) {
    const [row] = csvRows(first, delimiter);
    const paths = row?.cells?.map(pathOf) ?? [];
    if (paths.length > 1 && paths.some((path) => known.has(path.join('.')))) return { delimiter, paths };
  }
  return undefined;
}

/** `finding.resource_name`, `Resource name` and `resourceName` are one field. */
function pathOf(title: string): Path {
  const steps = title.trim().split('.').slice(0, longestPath).map(fieldName);
  const path = steps[0] === 'finding' || (steps[0] === 'resource' && steps.length > 1) ? steps : ['finding', ...steps];
  return otherNames.get(path.join('.'))?.split('.') ?? path;
}

function fieldName(words: string): string {
  const name = words.trim().replace(/[\s_]+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return name.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capital) => capital.toLowerCase());
}

function rowPart({ line, text, cells }: CsvRow, paths: readonly Path[]): TextPart {
  if (cells === undefined) return unreadablePart(line, text, 'a quote in this row is not closed');
  if (cells.length !== paths.length)
    return unreadablePart(line, text, `${cells.length} cells, expected ${paths.length} as in the header`);
  const entries = paths.flatMap((path, column): (readonly [Path, string])[] => {
    const cell = cells[column] ?? '';
    return cell === '' ? [] : [[path, cell]];
  });
  try {
    return { line, document: toJson(nested(entries)) };
  } catch (error) {
    if (!(error instanceof FindingParseError)) throw error;
    return unreadablePart(line, text, error.problem);
  }
}

function nested(entries: readonly (readonly [Path, string])[]): JsonObject {
  const members = new Map<string, (readonly [Path, string])[]>();
  for (const [[step = '', ...rest], cell] of entries) {
    const below = members.get(step) ?? [];
    below.push([rest, cell]);
    members.set(step, below);
  }
  return Object.fromEntries(
    [...members].map(([step, below]) => {
      const own = below.find(([path]) => path.length === 0);
      return [step, own === undefined ? nested(below) : valueOf(own[1])];
    }),
  );
}

/** A list or an object stands in its cell as JSON. */
function valueOf(cell: string): Json {
  if (!/^\s{0,8}[[{]/.test(cell)) return cell;
  try {
    const value = toJson(JSON.parse(cell));
    return isJsonObject(value) || Array.isArray(value) ? value : cell;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return cell;
  }
}
