import { ApplicationFailure } from '@temporalio/common';
import got, { type Got } from 'got';
import { LRUCache } from 'lru-cache';
import type { Indicator, Reputation } from '../model/investigation.ts';
import type { Configuration } from '../runtime/configuration.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import { messageOf } from '../runtime/errors.ts';
import { type TokenBucket, tokenBucket } from './token-bucket.ts';
import { readReport } from './virustotal-report.ts';

export interface VirusTotalDependencies {
  readonly virusTotal: Configuration['virusTotal'];
  readonly evidence: EvidenceStore;
}

/** What came of a request. */
interface Answer {
  readonly reputation: Reputation;
  /** For how long it need not be asked again, milliseconds; absent where the next case is to ask. */
  readonly keptFor?: number;
}

/** What to ask. */
export interface ReputationRequest {
  readonly indicators: readonly Indicator[];
  readonly patient: boolean;
}

const paths = { file: 'files', 'ip-address': 'ip_addresses', domain: 'domains' } as const;
const pages = { file: 'file', 'ip-address': 'ip-address', domain: 'domain' } as const;
const day = 86_400_000;

/** What is no report may be one when the proxy that sent it is gone: it is kept for so long, milliseconds. */
const hour = 3_600_000;
/** Answers after which the same request may get another one, besides those of 500 and more. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

/** VirusTotal v3. One request an indicator: answers are kept a day, and requests under way are shared. Nothing is ever uploaded. */
export function virusTotalActivities({ virusTotal, evidence }: VirusTotalDependencies) {
  const { apiKey } = virusTotal;
  const client = apiKey === undefined ? undefined : virusTotalClient(virusTotal.url, apiKey);
  const answers = new LRUCache<string, Reputation>({ max: 10_000, ttl: day });
  const underWay = new Map<string, Promise<Answer>>();
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
    const { reputation, keptFor } = await shared;
    if (keptFor !== undefined) answers.set(key, reputation, { ttl: keptFor });
    return { ...reputation, indicator };
  }

  /**
   * What VirusTotal knows of each indicator, asked side by side. 404 and what is no report are `unknown`, never clean and never asked again at once;
   * a refused key or used-up budget is `not-asked`. Where one gets no answer: null, or, when `patient`, a failure that is retried and asks only for what is missing.
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
): Promise<Answer> {
  await minute.take('key', `${indicator.kind}/${indicator.value}`);
  if (!budget.spend())
    return { reputation: { indicator, verdict: 'not-asked', reason: 'the daily budget of look-ups is used up' } };
  const path = `${paths[indicator.kind]}/${encodeURIComponent(indicator.value)}`;
  let response;
  try {
    response = await client.get(path, { throwHttpErrors: false });
  } catch (error) {
    throw failure(messageOf(error));
  }
  const { statusCode, body } = response;
  if (statusCode !== 200) return refusalOf(indicator, statusCode);
  const report = readReport(indicator, body);
  const link = `https://www.virustotal.com/gui/${pages[indicator.kind]}/${encodeURIComponent(indicator.value)}`;
  if ('noReport' in report)
    return { reputation: { indicator, link, verdict: 'unknown', reason: report.noReport }, keptFor: hour };
  const reference = await evidence.put('reputation', 'application/json', body);
  return { reputation: { indicator, link, ...report, evidence: reference }, keptFor: day };
}

/** What a status other than 200 means; those that may pass are thrown, for Temporal to try again. The key never stands in a message. */
function refusalOf(indicator: Indicator, code: number): Answer {
  if (code >= 500 || passing.has(code)) throw failure(`HTTP ${code}`, code);
  const notAsked = (reason: string): Answer => ({ reputation: { indicator, verdict: 'not-asked', reason } });
  switch (code) {
    case 404:
      return {
        reputation: { indicator, verdict: 'unknown', reason: 'VirusTotal does not know it, which proves nothing' },
        keptFor: day,
      };
    case 401:
    case 403:
      return notAsked(`VirusTotal refuses the API key (HTTP ${code})`);
    case 400:
      return notAsked('VirusTotal does not take it as an indicator (HTTP 400)');
    default:
      return {
        reputation: { indicator, verdict: 'unknown', reason: `VirusTotal answered HTTP ${code} instead of a report` },
        keptFor: hour,
      };
  }
}

function failure(why: string, code?: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: `VirusTotal: ${why}`.slice(0, 300),
    type: code === 429 ? 'quota' : 'virustotal',
    ...(code === 429 && { nextRetryDelay: '60s' as const }),
  });
}
