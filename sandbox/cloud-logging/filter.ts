import type { LogEntry } from './entry.ts';
import { comparison } from './filter-comparison.ts';
import type { Comparison } from './filter-comparison.ts';
import { tokensOf, unparseable, unquoted } from './filter-tokens.ts';
import type { Token } from './filter-tokens.ts';

/** A parsed filter. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | Comparison;

/**
 * Parses a filter of the Logging query language, as far as it is used here. NOT binds tightest, then OR, then AND; things side by side
 * are joined by AND. Throws INVALID_ARGUMENT naming what it does not know. Source: Google's page on the Logging query language.
 */
export function parseFilter(text: string): Filter {
  const reader = readerOf(tokensOf(text));
  if (reader.peek() === undefined) return { kind: 'and', parts: [] };
  const filter = conjunction(reader);
  const rest = reader.peek();
  if (rest !== undefined) throw unparseable(`unexpected ${JSON.stringify(rest.text)}`, rest.at);
  return filter;
}

/** True where the entry fits. */
export function matches(filter: Filter, entry: LogEntry): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.parts.every((part) => matches(part, entry));
    case 'or':
      return filter.parts.some((part) => matches(part, entry));
    case 'not':
      return !matches(filter.part, entry);
    case 'comparison':
      return filter.test(entry);
    default:
      return filter satisfies never;
  }
}

interface Reader {
  peek(): Token | undefined;
  next(expected: string): Token;
  /** Takes the word if it comes next. */
  take(word: string): boolean;
}

function readerOf(tokens: readonly Token[]): Reader {
  let position = 0;
  const end = tokens.at(-1);
  const peek = (): Token | undefined => tokens[position];
  return {
    peek,
    next(expected) {
      const token = peek();
      if (token === undefined)
        throw unparseable(`expected ${expected}, found the end`, end === undefined ? 0 : end.at + end.text.length);
      position += 1;
      return token;
    },
    take(word) {
      const token = peek();
      if (token?.kind !== 'word' || token.text !== word) return false;
      position += 1;
      return true;
    },
  };
}

function conjunction(reader: Reader): Filter {
  const parts = [disjunction(reader)];
  for (let token = reader.peek(); token !== undefined && token.kind !== 'close'; token = reader.peek()) {
    reader.take('AND');
    parts.push(disjunction(reader));
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'and', parts };
}

function disjunction(reader: Reader): Filter {
  const parts = [negation(reader)];
  while (reader.take('OR')) parts.push(negation(reader));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'or', parts };
}

function negation(reader: Reader): Filter {
  if (reader.take('NOT') || reader.take('-')) return { kind: 'not', part: negation(reader) };
  const token = reader.next('a comparison');
  if (token.kind === 'open') {
    const inner = conjunction(reader);
    const close = reader.next("')'");
    if (close.kind !== 'close') throw unparseable(`expected ')', found ${JSON.stringify(close.text)}`, close.at);
    return inner;
  }
  if (token.kind !== 'word') throw unparseable(`expected a field, found ${JSON.stringify(token.text)}`, token.at);
  if (token.text.startsWith('-'))
    return { kind: 'not', part: fieldComparison({ ...token, text: token.text.slice(1) }, reader) };
  return fieldComparison(token, reader);
}

function fieldComparison(first: Token, reader: Reader): Filter {
  let field = first.text;
  // A label's key with special characters is quoted: labels."run.googleapis.com/x".
  while (field.endsWith('.')) {
    const key = reader.next('a quoted key');
    if (key.kind !== 'string') throw unparseable(`expected a quoted key after ${field}`, key.at);
    field += unquoted(key.text);
    if (reader.peek()?.text.startsWith('.') === true) field += reader.next('a field').text;
  }
  const operator = reader.next(`an operator after ${field} (this sandbox has no search for bare words)`);
  if (operator.kind !== 'operator')
    throw unparseable(`expected an operator after ${field}, found ${JSON.stringify(operator.text)}`, operator.at);
  const value = reader.next('a value');
  if (value.kind !== 'string' && value.kind !== 'word')
    throw unparseable(`expected a value, found ${JSON.stringify(value.text)}`, value.at);
  return comparison(field, operator, value.kind === 'string' ? unquoted(value.text) : value.text, first.at);
}
