import { status } from '@grpc/grpc-js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../kernel/faults.ts';
import { httpStatus } from '../kernel/http-server.ts';
import type { HttpAnswer, HttpRequest } from '../kernel/http-server.ts';
import { createQuota } from '../kernel/quota.ts';
import type { Quota } from '../kernel/quota.ts';
import type { Section } from '../kernel/service.ts';
import type { HttpService } from '../kernel/start-kernel.ts';
import { fits, oddAnswerTo, reputationKinds, reputationObject } from './answers.ts';
import type { OddAnswers, ReputationState } from './answers.ts';

/** The quota of a public key. Source: docs.virustotal.com, public vs premium API. */
const publicQuota = { aMinute: 4, aDay: 500 };
/** Licensed keys have what their contract says; this is the sandbox's. */
const licensedQuota = { aMinute: 1_000, aDay: 1_000_000 };

/** The sandbox's keys: one with the quota of a public key, one as if under a contract. */
export const publicKey = 'sandbox-key';
export const licensedKey = 'sandbox-licensed-key';

/** VirusTotal's API v3: `GET /api/v3/files|ip_addresses|domains/{id}` with the header `x-apikey`. */
export function virusTotalServer(tools: {
  readonly section: Section<ReputationState>;
  readonly oddAnswers: Section<OddAnswers>;
  readonly now: () => number;
  readonly quotas: 'on' | 'off';
  readonly keys: readonly string[];
}): HttpService {
  const minutes = new Map<string, Quota>();

  const spend = (key: string): boolean => {
    if (tools.quotas === 'off') return true;
    const quota = key === licensedKey ? licensedQuota : publicQuota;
    let minute = minutes.get(key);
    if (minute === undefined) minutes.set(key, (minute = createQuota(quota.aMinute, 60_000, tools.now)));
    const day = new Date(tools.now()).toISOString().slice(0, 10);
    const { usedToday } = tools.section.value;
    const used = usedToday[key]?.day === day ? usedToday[key].count : 0;
    if (used >= quota.aDay || !minute.take()) return false;
    usedToday[key] = { day, count: used + 1 };
    tools.section.touch();
    return true;
  };

  const answer = ({ method, url, headers }: HttpRequest): NamedAnswer => {
    const [, , , collection = '', value = '', ...more] = url.pathname.split('/').map(decodeURIComponent);
    if (method === 'GET' && collection === 'users' && more.join('/') === 'overall_quotas') {
      if (value !== headers['x-apikey'] || !tools.keys.includes(value))
        return failure(401, 'WrongCredentialsError', 'Wrong API key');
      return { status: 200, body: { data: quotasOf(tools.section.value, value, tools.now()) } };
    }
    const kind = reputationKinds.find((each) => each === collection);
    if (
      method !== 'GET' ||
      !url.pathname.startsWith('/api/v3/') ||
      kind === undefined ||
      value === '' ||
      more.length > 0
    ) {
      return failure(
        400,
        'BadRequestError',
        `the sandbox does not serve ${method} ${url.pathname}; it serves GET /api/v3/files|ip_addresses|domains/ID`,
      );
    }
    const key = headers['x-apikey'];
    if (typeof key !== 'string' || key === '')
      return failure(401, 'AuthenticationRequiredError', 'X-Apikey header is missing');
    if (!tools.keys.includes(key)) return failure(401, 'WrongCredentialsError', 'Wrong API key');
    if (!spend(key)) return failure(429, 'QuotaExceededError', 'Quota exceeded');
    if (!fits(kind, value))
      return failure(400, 'InvalidArgumentError', `${JSON.stringify(value)} is not a valid id of ${kind}`);
    const odd = oddAnswerTo(tools.oddAnswers.value, kind, value);
    if (odd !== undefined)
      return { status: odd.status, body: undefined, raw: { mediaType: odd.mediaType, text: odd.text } };
    const data = reputationObject(tools.section.value, kind, value);
    return data === undefined
      ? failure(404, 'NotFoundError', `${JSON.stringify(value)} not found in ${kind}`)
      : { status: 200, body: { data } };
  };

  return {
    methods: [...reputationKinds, 'users'].map((kind) => `virustotal.v3/${kind}`),
    async handle(request, { calls, faults }) {
      const [, , , collection = ''] = request.url.pathname.split('/');
      const method = `virustotal.v3/${collection}`;
      const record = calls.record({
        role: 'virustotal',
        method,
        // The key is part of the path of its quotas.
        request: { method: request.method, path: collection === 'users' ? '/api/v3/users' : request.url.pathname },
      });
      const fault = faults.take(method, 'virustotal');
      if (fault !== undefined) record.fault = fault.kind;
      const given = fault?.kind === 'fail' ? faultAnswer(fault) : answer(request);
      if (fault !== undefined && fault.delayMilliseconds > 0) await sleep(fault.delayMilliseconds);
      const seen = fault?.kind === 'apply-then-lose' ? faultAnswer(fault) : given;
      record.code = seen.code ?? 'OK';
      return seen;
    },
  };
}

/** What a key has used, of what it may. Source: docs.virustotal.com, user overall quotas; that looking spends nothing is assumed. */
function quotasOf({ usedToday }: ReputationState, key: string, now: number): object {
  const { aMinute, aDay } = key === licensedKey ? licensedQuota : publicQuota;
  const today = usedToday[key]?.day === new Date(now).toISOString().slice(0, 10) ? usedToday[key].count : 0;
  return {
    api_requests_hourly: { user: { used: 0, allowed: aMinute * 60 } },
    api_requests_daily: { user: { used: today, allowed: aDay } },
    api_requests_monthly: { user: { used: today, allowed: aDay * 31 } },
  };
}

type NamedAnswer = HttpAnswer & { readonly code?: string };

function failure(httpCode: number, code: string, message: string): NamedAnswer {
  return { status: httpCode, code, body: { error: { code, message } } };
}

/** A fault's gRPC status as VirusTotal would say it. Names: docs.virustotal.com, errors. */
function faultAnswer({ code }: Fault): NamedAnswer {
  const names: Readonly<Record<number, string>> = {
    400: 'BadRequestError',
    401: 'WrongCredentialsError',
    403: 'ForbiddenError',
    404: 'NotFoundError',
    409: 'AlreadyExistsError',
    429: 'QuotaExceededError',
    504: 'DeadlineExceededError',
  };
  const answered = httpStatus(code);
  return failure(
    answered,
    names[answered] ?? 'TransientError',
    `a fault of the sandbox: told to answer ${status[code]}`,
  );
}
