import { setTimeout as sleep } from 'node:timers/promises';
import got from 'got';
import type { Configuration } from '../runtime/configuration.ts';
import { NotCheckedError, StoppedError } from './errors.ts';
import type { Ground, HttpAnswer } from './ground.ts';

/** What differs between Google Cloud and the sandbox beside the endpoints: how time passes, and how addresses are reached. */
type Target = Pick<Ground, 'pause' | 'now' | 'ask' | 'askVirusTotal'>;

/** The sandbox's ports, counted from its first. */
const frontDoor = 9;
const request = got.extend({ retry: { limit: 0 }, timeout: { request: 20_000 }, throwHttpErrors: false });

/** Google Cloud, or the sandbox, whose clock is set ahead in place of waiting. Waiting throws StoppedError once the signal is aborted. */
export function targetOf(
  { sandbox, virusTotal }: Pick<Configuration, 'sandbox' | 'virusTotal'>,
  signal: AbortSignal,
): Target {
  return {
    async pause(seconds) {
      if (signal.aborted) throw new StoppedError('stopped');
      if (sandbox !== undefined)
        await request.post(`http://${sandbox.host}:${sandbox.port}/clock`, {
          json: { advanceMilliseconds: seconds * 1000 },
          throwHttpErrors: true,
        });
      else await sleep(seconds * 1000, undefined, { signal }).catch(stopped);
    },
    async now() {
      if (sandbox === undefined) return Date.now();
      const health = await request(`http://${sandbox.host}:${sandbox.port}/health`).json<{ readonly now: string }>();
      return Date.parse(health.now);
    },
    async ask(address) {
      const { host, pathname } = new URL(address);
      const { statusCode, body } = await (sandbox === undefined
        ? request(address)
        : request(`http://${sandbox.host}:${sandbox.port + frontDoor}${pathname}`, { headers: { host } }));
      return { status: statusCode, text: body };
    },
    async askVirusTotal(path, key = 'own') {
      if (virusTotal.apiKey === undefined) throw new NotCheckedError('no VirusTotal API key is set');
      const headers = key === 'none' ? {} : { 'x-apikey': key === 'own' ? virusTotal.apiKey : 'no-key-of-anybody' };
      const { statusCode, body } = await request(`${virusTotal.url}/${path}`, { headers });
      return { status: statusCode, body: jsonOf(body) } satisfies HttpAnswer;
    },
  };
}

function stopped(error: unknown): never {
  throw new StoppedError('stopped', { cause: error });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the text itself is what was answered.
    return text;
  }
}
