import { z } from 'zod';
import type { Indicator, Reputation } from '../model/investigation.ts';
import { canonicalAddress } from '../model/ip-address.ts';

/** What a report of VirusTotal says. */
export type Verdict = Pick<Reputation, 'verdict' | 'reason' | 'analysedAt'>;

/** What is no report of the indicator, in words of our own: what a parser says of it is of no use to anybody. */
export interface NoReport {
  readonly noReport: string;
}

/** The name that VirusTotal gives to each kind of object. Source: VirusTotal API v3, objects. */
const types = { file: 'file', 'ip-address': 'ip_address', domain: 'domain' } as const;

/**
 * Engines with an opinion. An engine that has scanned a file and detects nothing has one; of an address or a domain `undetected` means that the
 * engine has never rated it. `timeout`, `confirmed-timeout`, `failure` and `type-unsupported` are engines that did not look. Source: VirusTotal
 * API v3, files and IP addresses, last_analysis_stats.
 */
const opinions = {
  file: ['malicious', 'suspicious', 'harmless', 'undetected'],
  'ip-address': ['malicious', 'suspicious', 'harmless'],
  domain: ['malicious', 'suspicious', 'harmless'],
} as const;

/** So many engines that say malicious are no error of one. */
const enough = 3;

const objectSchema = z.object({
  data: z.object({
    type: z.optional(z.unknown()),
    id: z.optional(z.unknown()),
    attributes: z.record(z.string(), z.unknown()),
  }),
});
const statsSchema = z.record(z.string(), z.int().nonnegative());
/** Seconds since the epoch, up to the year 9999. */
const dateSchema = z.int().positive().max(253_402_300_799);

/** Reads the body of an answer with HTTP status 200. Never throws: bodies that are no report happen, from VirusTotal and from proxies. */
export function readReport(indicator: Indicator, body: string): Verdict | NoReport {
  const object = objectIn(body);
  if ('noReport' in object) return object;
  const { type, id, attributes } = object;
  if ((type ?? types[indicator.kind]) !== types[indicator.kind] || !isOf(indicator, id ?? indicator.value))
    return { noReport: 'VirusTotal’s answer is about something else than what was asked' };
  const stats = statsSchema.safeParse(attributes['last_analysis_stats']);
  if (!stats.success)
    return { noReport: 'VirusTotal has an entry for it, but without the counts of an analysis, which proves nothing' };
  const date = dateSchema.safeParse(attributes['last_analysis_date']);
  return {
    ...verdictOf(indicator.kind, stats.data),
    ...(date.success && { analysedAt: new Date(date.data * 1000).toISOString() }),
  };
}

function objectIn(body: string): z.output<typeof objectSchema>['data'] | NoReport {
  if (body.trim() === '') return { noReport: 'VirusTotal answered with nothing at all' };
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    // What the parser says is about the body, which is nobody's report.
    return {
      noReport: body.trimStart().startsWith('<')
        ? 'a web page came instead of VirusTotal’s report; a proxy on the way may have sent it'
        : 'what VirusTotal answered is no report',
    };
  }
  const object = objectSchema.safeParse(json);
  return object.success ? object.data.data : { noReport: 'what VirusTotal answered is no report' };
}

/** Whether the object is named by what was asked for, in whatever spelling. */
function isOf({ kind, value }: Indicator, id: unknown): boolean {
  if (typeof id !== 'string') return false;
  if (kind === 'ip-address') return canonicalAddress(id) === canonicalAddress(value);
  return id.toLowerCase() === value.toLowerCase();
}

function verdictOf(kind: Indicator['kind'], stats: Readonly<Record<string, number>>): Verdict {
  const count = (name: string): number => stats[name] ?? 0;
  const all = Object.values(stats).reduce((sum, each) => sum + each, 0);
  const rated = opinions[kind].reduce((sum, name) => sum + count(name), 0);
  const silent = all === rated ? '' : `; ${all - rated} more give no verdict`;
  const [malicious, suspicious, harmless] = [count('malicious'), count('suspicious'), count('harmless')];
  if (malicious >= enough)
    return { verdict: 'malicious', reason: `${malicious} of ${rated} engines say malicious${silent}` };
  if (malicious + suspicious > 0)
    return {
      verdict: 'suspicious',
      reason: `${malicious + suspicious} of ${rated} engines say malicious or suspicious${silent}`,
    };
  if (harmless > 0)
    return { verdict: 'harmless', reason: `${harmless} of ${rated} engines say harmless, none anything else${silent}` };
  if (rated > 0)
    return { verdict: 'unknown', reason: `${rated} of ${rated} engines detect nothing, which proves nothing${silent}` };
  return { verdict: 'unknown', reason: `no engine gives a verdict (${all} asked), which proves nothing` };
}
