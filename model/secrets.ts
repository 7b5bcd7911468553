import { decodeText } from './finding-values.ts';
import { argumentSpans, commandSpans } from './secret-arguments.ts';
import { formSpans, type Span } from './secret-forms.ts';
import { keySpans } from './secret-keys.ts';
import { markOf, markSpans } from './secret-mark.ts';

/** Without one of these no rule fits: most texts end here. */
const worthALook =
  /pass|pwd|secret|token|credential|auth|cookie|session|connection|[_.-]?key|\bpw\b|sig=|signature=|[?&][a-z]+=|env|:\/\/[^/]*@|bearer|basic|negotiate|eyJ|-----BEGIN|AKIA|ASIA|A3T|ABIA|ACCA|AIza|ya29|1\/\/0|GOCSPX|gh[oprsu]_|github_pat|gl[a-z]+-|GR134|xox|xapp|[rs]k[_-]|whsec|npm_|pypi|rubygems_|dckr_|hf_|SG\.|SK[0-9a-f]{32}|\d:A|do[opr]_v1|hv[brs]\.|dapi|pul-|shp|sq0|glsa_|lin_api|NRAK|sntry|ATATT|xkeysib|PMAK|AGE-|LTAI|AKCp|EAA[CM]|Q~|hooks\.|webhook|mysql|mariadb|mongo|redis-cli|ldap|curl|https? |openssl|login/i;

/**
 * A text in which everything that looks like a secret is replaced by a mark (see `markOf`): tokens of known forms, values of names such as
 * `password` or `x-api-key`, user info in URLs, what signs a URL, private keys, headers and cookies, and environments written as JSON.
 * What it cannot know are secrets that stand without a name and have no form of their own. Never throws; linear in the text's length.
 */
export function maskSecrets(text: string): string {
  return settled(
    text,
    memoised(() => markOf(text)),
  );
}

/** `maskSecrets` of a text that may be a "JSON encoded string": escapes hide nothing. */
export function maskText(text: string): string {
  const decoded = decodeText(text);
  const shown = maskSecrets(decoded);
  return shown === decoded ? text : encodedAs(text, decoded, shown);
}

/**
 * The arguments of a command, or any other list of texts, each masked; also what is a secret by the argument before it (`--password`,
 * then the value). The digest in the marks is of the whole list. `program` runs them where the list does not say.
 */
export function maskArguments(args: readonly string[], program = ''): readonly string[] {
  const decoded = args.map(decodeText);
  const own = argumentSpans(decoded, program);
  const digest = memoised(() => markOf(JSON.stringify(decoded)));
  return decoded.map((arg, index) => {
    const span = own[index];
    const shown = settled(span === undefined ? arg : masked(arg, [span], digest), digest);
    const original = args[index] ?? '';
    return shown === arg ? original : encodedAs(original, arg, shown);
  });
}

/** A mark ends a word, after which another rule may fit: so many rounds are enough for what is no riddle. */
const mostRounds = 8;

/** Masked until no rule fits any more, so that masking again changes nothing. A mark stays, whatever is around it. */
function settled(text: string, mark: () => string): string {
  let shown = text;
  for (let round = 0; round < mostRounds; round += 1) {
    const next = masked(shown, secretSpans(shown), mark);
    if (next === shown) break;
    shown = next;
  }
  return shown;
}

function secretSpans(text: string): Span[] {
  if (!worthALook.test(text)) return [];
  return [...formSpans(text), ...keySpans(text), ...commandSpans(text)];
}

function masked(text: string, spans: readonly Span[], mark: () => string): string {
  const parts: string[] = [];
  let read = 0;
  for (const [start, end] of besideMarks(text, joined(spans))) {
    parts.push(text.slice(read, start), mark());
    read = end;
  }
  return read === 0 ? text : parts.join('') + text.slice(read);
}

/** Sorted; what overlaps or touches is one secret. */
function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const [start, end] of spans.toSorted(([left], [right]) => left - right)) {
    const last = all.at(-1);
    if (last === undefined || start > last[1]) all.push([start, end]);
    else all[all.length - 1] = [last[0], Math.max(last[1], end)];
  }
  return all;
}

/** What of the spans is no mark already. */
function besideMarks(text: string, spans: readonly Span[]): Span[] {
  const marks = markSpans(text);
  const rest: Span[] = [];
  let next = 0;
  for (const [start, end] of spans) {
    let from = start;
    for (; next < marks.length; next += 1) {
      const [markStart, markEnd] = marks[next] ?? [end, end];
      if (markStart >= end) break;
      if (markStart > from) rest.push([from, markStart]);
      from = Math.max(from, markEnd);
      // It may reach into the next span.
      if (markEnd > end) break;
    }
    if (from < end) rest.push([from, end]);
  }
  return rest;
}

/** In the encoding that the text had, so that whoever decodes it gets what is shown. */
function encodedAs(text: string, decoded: string, shown: string): string {
  return text === decoded ? shown : JSON.stringify(shown);
}

function memoised(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}
