import { status } from '@grpc/grpc-js';
import { StatusError } from '../kernel/service.ts';

/** A piece of a filter, and where it stands (characters from the start). */
export interface Token {
  readonly kind: 'word' | 'string' | 'operator' | 'open' | 'close';
  readonly text: string;
  readonly at: number;
}

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['open', /\(/y],
  ['close', /\)/y],
  // The regular expression operators are cut out whole, so that their refusal names them.
  ['operator', /=~|!~|!=|>=|<=|=|>|<|:/y],
  ['string', /"(?:[^"\\]|\\.)*"/y],
  ['word', /[^\s()=!<>:"~]+/y],
];

/** Cuts a filter into tokens. Throws INVALID_ARGUMENT naming the character that fits nowhere. */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < filter.length) {
    const space = matchAt(/\s+/y, filter, at);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const token = tokenAt(filter, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(filter: string, at: number): Token {
  for (const [kind, pattern] of patterns) {
    const text = matchAt(pattern, filter, at);
    if (text !== undefined) return { kind, text, at };
  }
  throw unparseable(`unexpected ${JSON.stringify(filter.slice(at, at + 10))}`, at);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** The text between the quotes, escapes resolved. */
export function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}

/** The error of a filter that the sandbox cannot read. */
export function unparseable(what: string, at: number): StatusError {
  return new StatusError(status.INVALID_ARGUMENT, `Unparseable filter: ${what} at character ${at}.`);
}
