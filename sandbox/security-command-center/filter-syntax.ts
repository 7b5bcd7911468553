import { invalidArgument } from '../kernel/refuse.ts';

/** A comparison of the filter language. */
export type Operator = '=' | ':' | '>' | '<' | '>=' | '<=';

/** One restriction: `state = "ACTIVE"`. */
export interface Restriction {
  readonly kind: 'restriction';
  readonly field: string;
  readonly operator: Operator;
  readonly value: string;
  /** Whether the value was written in quotes. */
  readonly quoted: boolean;
}

/** A filter, parsed. */
export type FilterNode =
  | Restriction
  | { readonly kind: 'and' | 'or'; readonly parts: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly part: FilterNode };

type Token = { readonly kind: 'symbol' | 'word' | 'quoted'; readonly text: string };

const tokenPattern = /\s*(?:(>=|<=|[=:><()])|"((?:[^"\\]|\\.)*)"|(-(?=[A-Za-z(]))|([A-Za-z0-9_][A-Za-z0-9_.-]*))/y;
const operators: readonly string[] = ['=', ':', '>', '<', '>=', '<='];

/**
 * Parses the filter language of ListFindings: restrictions, `-` or NOT, AND, OR and parentheses; **OR binds tighter than AND**. Source:
 * the comment of ListFindingsRequest.filter in securitycenter/v2/securitycenter_service.proto. Throws StatusError INVALID_ARGUMENT saying
 * where it does not parse. An empty filter is undefined.
 */
export function parseFilter(filter: string): FilterNode | undefined {
  const tokens = tokenize(filter);
  if (tokens.length === 0) return undefined;
  let position = 0;

  const fail = (expected: string): never => {
    const found = tokens[position]?.text ?? 'the end';
    throw invalidArgument(`the filter ${JSON.stringify(filter)} does not parse: expected ${expected}, found ${found}`);
  };
  const accept = (kind: Token['kind'], text: string): boolean => {
    const token = tokens[position];
    if (token?.kind !== kind || token.text !== text) return false;
    position += 1;
    return true;
  };
  const joined = (kind: 'and' | 'or', word: string, operand: () => FilterNode): FilterNode => {
    const first = operand();
    const parts = [first];
    while (accept('word', word)) parts.push(operand());
    return parts.length === 1 ? first : { kind, parts };
  };
  const conjunction = (): FilterNode => joined('and', 'AND', () => joined('or', 'OR', term));
  const term = (): FilterNode => {
    if (accept('symbol', '-') || accept('word', 'NOT')) return { kind: 'not', part: term() };
    if (accept('symbol', '(')) {
      const inner = conjunction();
      if (!accept('symbol', ')')) fail('")"');
      return inner;
    }
    return restriction();
  };
  const restriction = (): FilterNode => {
    const field = tokens[position];
    if (field?.kind !== 'word') return fail('a field');
    position += 1;
    const operator = operators.find(
      (text): text is Operator => tokens[position]?.kind === 'symbol' && tokens[position]?.text === text,
    );
    if (operator === undefined) return fail('one of = : > < >= <=');
    position += 1;
    const value = tokens[position];
    if (value === undefined || value.kind === 'symbol') return fail('a value: a quoted text or a number');
    position += 1;
    return { kind: 'restriction', field: field.text, operator, value: value.text, quoted: value.kind === 'quoted' };
  };

  const tree = conjunction();
  if (position < tokens.length) fail('AND, OR or the end');
  return tree;
}

function tokenize(filter: string): Token[] {
  const tokens: Token[] = [];
  const text = filter.trimEnd();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const start = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (match === null)
      throw invalidArgument(
        `the filter ${JSON.stringify(filter)} does not parse at ${JSON.stringify(text.slice(start, start + 20))}`,
      );
    const [, symbol, quoted, minus, word] = match;
    if (symbol !== undefined || minus !== undefined) tokens.push({ kind: 'symbol', text: symbol ?? '-' });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replaceAll(/\\(.)/g, '$1') });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
  }
  return tokens;
}
