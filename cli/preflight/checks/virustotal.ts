import got, { HTTPError } from 'got';
import { z } from 'zod';
import { codeOf } from '../../../runtime/errors.ts';
import type { Check, Preflight } from '../check.ts';
import { attention, failed, type Line, notKnown, ok } from '../line.ts';

const quota = z.object({ user: z.object({ used: z.number(), allowed: z.number() }) });
/** Source: docs.virustotal.com, users/{id}/overall_quotas: the id may be the key itself. */
const answered = z.object({
  data: z.object({
    api_requests_hourly: quota.optional(),
    api_requests_daily: quota.optional(),
    api_requests_monthly: quota.optional(),
  }),
});

/** VirusTotal: whether the key holds, and what of its quota is left. The key is part of the address: neither is ever printed. */
export const virusTotal: Check = { name: 'virustotal', of: [], asksGoogle: false, look };

async function look({ configuration, signal }: Preflight): Promise<Line[]> {
  const { apiKey, url, perDay } = configuration.virusTotal;
  if (apiKey === undefined)
    return [
      attention(
        'off: no key is set on this machine; cases say "not asked"',
        'Set FIREBREAK_VIRUSTOTAL_API_KEY for the role virustotal, with a licence: a public key must not be used in a business.',
      ),
    ];
  let body: unknown;
  try {
    body = await got(`${url}/users/${encodeURIComponent(apiKey)}/overall_quotas`, {
      headers: { 'x-apikey': apiKey, accept: 'application/json', 'user-agent': 'firebreak' },
      retry: { limit: 0 },
      timeout: { request: 10_000 },
      followRedirect: false,
      signal,
    }).json();
  } catch (error) {
    return [refused(error)];
  }
  const parsed = answered.safeParse(body);
  if (!parsed.success)
    return [
      notKnown('it answers, but not with quotas as they are documented', 'Look at the key’s page at virustotal.com.'),
    ];
  return judged(parsed.data.data, perDay);
}

function judged(
  { api_requests_hourly: hour, api_requests_daily: day, api_requests_monthly: month }: z.infer<typeof answered>['data'],
  perDay: number,
): Line[] {
  const left = [
    ['hour', hour],
    ['day', day],
    ['month', month],
  ] as const;
  const words = left.flatMap(([name, one]) =>
    one === undefined ? [] : `${one.user.allowed - one.user.used} of ${one.user.allowed} a ${name}`,
  );
  if (words.length === 0) return [notKnown('the key holds; what is left of its quota is not said', '')];
  const empty = left.filter(([, one]) => one !== undefined && one.user.used >= one.user.allowed);
  const said = `the key holds; left are ${words.join(', ')}`;
  if (empty.length > 0)
    return [
      attention(
        said,
        `Nothing is left for this ${empty.map(([name]) => name).join(', ')}: cases say "not asked" until it is over.`,
      ),
    ];
  if (day !== undefined && perDay > day.user.allowed)
    return [
      attention(
        said,
        `FIREBREAK_VIRUSTOTAL_PER_DAY is ${perDay}, more than the key has: set it to ${day.user.allowed}.`,
      ),
    ];
  return [ok(said)];
}

/** By codes only: the library's own texts have the address in them, and that has the key. */
function refused(error: unknown): Line {
  if (error instanceof HTTPError) {
    const { statusCode } = error.response;
    return statusCode === 401 || statusCode === 403
      ? failed(`it refuses the key (HTTP ${statusCode})`, 'Set another FIREBREAK_VIRUSTOTAL_API_KEY.')
      : notKnown(`it answers HTTP ${statusCode}`, 'Try again later.');
  }
  return notKnown(
    `it does not answer (${codeOf(error) ?? 'no code'})`,
    'Look at the network, and at FIREBREAK_VIRUSTOTAL_URL.',
  );
}
