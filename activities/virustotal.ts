import { ApplicationFailure } from '@temporalio/common';
import got, { HTTPError, type Got } from 'got';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Indicator, Reputation } from '../model/investigation.ts';
import type { Configuration } from '../runtime/configuration.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import { messageOf } from '../runtime/errors.ts';
import { type TokenBucket, tokenBucket } from './token-bucket.ts';

export interface VirusTotalDependencies {
  readonly virusTotal: Configuration['virusTotal'];
  readonly evidence: EvidenceStore;
}

/** What to ask. */
export interface ReputationRequest {
  readonly indicators: readonly Indicator[];
  readonly patient: boolean;
}

const paths = { file: 'files', 'ip-address': 'ip_addresses', domain: 'domains' } as const;
const pages = { file: 'file', 'ip-address': 'ip-address', domain: 'domain' } as const;
const day = 86_400_000;

const answerSchema = z.object({
  data: z.object({
    attributes: z.object({
      last_analysis_stats: z.record(z.string(), z.number()),
      last_analysis_date: z.number().optional(),
    }),
  }),
});

/** VirusTotal v3. One request an indicator: answers are kept a day, and requests under way are shared. Nothing is ever uploaded. */
export function virusTotalActivities({ virusTotal, evidence }: VirusTotalDependencies) {
  const { apiKey } = virusTotal;
  const client = apiKey === undefined ? undefined : virusTotalClient(virusTotal.url, apiKey);
  const answers = new LRUCache<string, Reputation>({ max: 10_000, ttl: day });
  const underWay = new Map<string, Promise<Reputation>>();
  const minute = tokenBucket('VirusTotal', virusTotal.perMinute);
  const budget = dailyBudget(virusTotal.perDay);

  async function one(indicator: Indicator): Promise<Reputation> {
    if (client === undefined) return { indicator, verdict: 'not-asked', reason: 'no VirusTotal API key is set' };
    const key = `${indicator.kind}/${indicator.value}`;
    const kept = answers.get(key);
    if (kept !== undefined) return { ...kept, indicator };
    const shared =
      underWay.get(key) ?? ask(client, indicator, minute, budget, evidence).finally(() => underWay.delete(key));
    underWay.set(key, shared);
    const answer = await shared;
    if (answer.verdict !== 'not-asked') answers.set(key, answer);
    return { ...answer, indicator };
  }

  /**
   * What VirusTotal knows of each indicator, asked side by side. 404 is `unknown`, never clean; a refused key or used-up budget is
   * `not-asked`. Where one gets no answer: null, or, when `patient`, a failure that is retried and asks only for what is missing.
   */
  async function lookUpReputation({ indicators, patient }: ReputationRequest): Promise<(Reputation | null)[]> {
    const outcomes = await Promise.allSettled(indicators.map(one));
    // The one whose turn comes last: by then the others have theirs too.
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    if (patient && refused.length > 0) throw refused.at(-1);
    return outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : null));
  }

  return { lookUpReputation };
}

function virusTotalClient(url: string, apiKey: string): Got {
  return got.extend({
    prefixUrl: url,
    headers: { 'x-apikey': apiKey, accept: 'application/json', 'user-agent': 'firebreak' },
    retry: { limit: 0 },
    timeout: { request: 10_000 },
    followRedirect: false,
  });
}

function dailyBudget(perDay: number): { spend(): boolean } {
  let date = '';
  let left = 0;
  return {
    spend() {
      const today = new Date().toISOString().slice(0, 10);
      if (today !== date) [date, left] = [today, perDay];
      left -= 1;
      return left >= 0;
    },
  };
}

async function ask(
  client: Got,
  indicator: Indicator,
  minute: TokenBucket,
  budget: { spend(): boolean },
  evidence: EvidenceStore,
): Promise<Reputation> {
  await minute.take('key', `${indicator.kind}/${indicator.value}`);
  if (!budget.spend()) return { indicator, verdict: 'not-asked', reason: 'the daily budget of look-ups is used up' };
  try {
    const text = await client.get(`${paths[indicator.kind]}/${encodeURIComponent(indicator.value)}`).text();
    const reference = await evidence.put('reputation', 'application/json', text);
    return { ...judged(indicator, text), evidence: reference };
  } catch (error) {
    return refusalOf(indicator, error);
  }
}

function judged(indicator: Indicator, text: string): Reputation {
  const { data } = answerSchema.parse(JSON.parse(text));
  const { last_analysis_stats: stats, last_analysis_date: date } = data.attributes;
  const [malicious, suspicious, harmless, undetected] = ['malicious', 'suspicious', 'harmless', 'undetected'].map(
    (key) => stats[key] ?? 0,
  );
  const total = Object.values(stats).reduce((sum, count) => sum + count, 0);
  const common = {
    indicator,
    link: `https://www.virustotal.com/gui/${pages[indicator.kind]}/${encodeURIComponent(indicator.value)}`,
    ...(date !== undefined && { analysedAt: new Date(date * 1000).toISOString() }),
  };
  if ((malicious ?? 0) >= 3)
    return { ...common, verdict: 'malicious', reason: `${malicious} of ${total} engines say malicious` };
  if ((malicious ?? 0) + (suspicious ?? 0) > 0) {
    return {
      ...common,
      verdict: 'suspicious',
      reason: `${(malicious ?? 0) + (suspicious ?? 0)} of ${total} engines say malicious or suspicious`,
    };
  }
  if ((harmless ?? 0) > 0)
    return {
      ...common,
      verdict: 'harmless',
      reason: `${harmless} of ${total} engines say harmless, none anything else`,
    };
  return {
    ...common,
    verdict: 'unknown',
    reason: `${undetected} of ${total} engines detect nothing, which proves nothing`,
  };
}

/** An answer where the refusal is one; else a failure that Temporal retries. The key never stands in a message. */
function refusalOf(indicator: Indicator, error: unknown): Reputation {
  const code = error instanceof HTTPError ? error.response.statusCode : undefined;
  if (code === 404)
    return { indicator, verdict: 'unknown', reason: 'VirusTotal does not know it, which proves nothing' };
  if (code === 401 || code === 403)
    return { indicator, verdict: 'not-asked', reason: `VirusTotal refuses the API key (HTTP ${code})` };
  if (code === 400)
    return { indicator, verdict: 'not-asked', reason: 'VirusTotal does not take it as an indicator (HTTP 400)' };
  throw ApplicationFailure.create({
    message: `VirusTotal: ${code === undefined ? messageOf(error) : `HTTP ${code}`}`.slice(0, 300),
    type: code === 429 ? 'quota' : 'virustotal',
    ...(code === 429 && { nextRetryDelay: '60s' as const }),
  });
}
