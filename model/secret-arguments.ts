import type { Span } from './secret-forms.ts';
import { isSecretKey } from './secret-keys.ts';

/** Options whose value is a secret with some programs only. */
interface Program {
  readonly program: RegExp;
  /** The secret is the rest of the argument: group 1 stands before it. */
  readonly joined?: RegExp;
  /** The secret is the next argument. */
  readonly option?: RegExp;
  /** The next argument is `user:password`. */
  readonly user?: RegExp;
}

/** Sources: the manuals of the programs. */
const programs: readonly Program[] = [
  { program: /^(?:mysql|mariadb)/, joined: /^(-p)(?=.)/ },
  { program: /^(?:sshpass|mongo(?:dump|export|import|restore|sh|stat)?|login)$/, joined: /^(-p)(?=.)/, option: /^-p$/ },
  { program: /^redis-cli$/, joined: /^(-a)(?=.)/, option: /^-a$/ },
  { program: /^ldap(?:add|delete|modify|passwd|search|whoami)$/, joined: /^(-w)(?=.)/, option: /^-w$/ },
  {
    program: /^(?:curl|https?)$/,
    joined: /^(-[uU][^\s:]*:)(?=.)/,
    user: /^(?:-[auU]|--user|--proxy-user|--auth)$/,
  },
  { program: /^openssl$/, joined: /^(pass:)(?=.)/ },
];

/** Begins a text that is worth a look for programs. */
const anyProgram = /\b(?:mysql|mariadb|sshpass|mongo|login|redis-cli|ldap|curl|https? |openssl)/;

/** Where secrets stand in the arguments of a command, one span at most an argument. `program` runs them where the list does not say. */
export function argumentSpans(args: readonly string[], program = ''): readonly (Span | undefined)[] {
  let known = programOf(program);
  return args.map((arg, index) => {
    known = programOf(arg) ?? known;
    const before = args[index - 1] ?? '';
    const whole: Span = [0, arg.length];
    if (arg === '' || arg.startsWith('--')) return undefined;
    if (/^--?[A-Za-z]/.test(before) && !/[=\s]/.test(before) && isSecretKey(before)) return whole;
    if (known === undefined) return undefined;
    if (known.option?.test(before) === true) return whole;
    const colon = known.user?.test(before) === true ? arg.indexOf(':') : -1;
    const start = colon === -1 ? known.joined?.exec(arg)?.[1]?.length : colon + 1;
    return start === undefined || start === arg.length ? undefined : [start, arg.length];
  });
}

function programOf(arg: string): Program | undefined {
  if (arg.length > 200) return undefined;
  const name = arg.split('/').at(-1) ?? '';
  return programs.find(({ program }) => program.test(name));
}

/** Where such secrets stand in command lines within a text. */
export function commandSpans(text: string): Span[] {
  if (!anyProgram.test(text)) return [];
  const spans: Span[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    if (anyProgram.test(line)) for (const span of lineSpans(line, at)) spans.push(span);
    at += line.length + 1;
  }
  return spans;
}

function lineSpans(line: string, at: number): Span[] {
  const words = [...line.matchAll(/[^\s"'`;|&()]+/g)];
  const found = argumentSpans(words.map(([word]) => word));
  return words.flatMap(({ index }, word) => {
    const span = found[word];
    return span === undefined ? [] : [[at + index + span[0], at + index + span[1]] as const];
  });
}
