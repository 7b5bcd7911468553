import { by, type Area, holds } from '../claim.ts';
import type { HttpAnswer } from '../ground.ts';

/** A hash that nothing has: the answer to it is the same for everybody. */
const unknownHash = 'f'.repeat(64);
/** The EICAR test file, which every scanner knows and which harms nobody. */
const eicar = '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f';

/** VirusTotal, API v3. Three of its requests count: as many as a public key has in a minute, less one. */
export const virusTotal: Area = {
  title: 'VirusTotal (API v3)',
  served:
    'Served: `GET /api/v3/files/{hash}`, `/ip_addresses/{ip}`, `/domains/{domain}`, `/users/{key}/overall_quotas`. Checks take a key of yours (`FIREBREAK_VIRUSTOTAL_API_KEY`) and ask for the EICAR test file and for what nobody has.',
  claims: [
    {
      id: 'virustotal.object',
      statement:
        'what it knows is `{data: {type, id, links.self, attributes}}`, with `last_analysis_stats` among the attributes',
      source: 'VirusTotal API v3 documentation, objects',
      strength: 'documented',
      check: by(['virustotal'], async ({ askVirusTotal }) => {
        const { status, body } = await askVirusTotal(`files/${eicar}`);
        const data = at(body, 'data');
        const stats = at(at(data, 'attributes'), 'last_analysis_stats');
        return holds(
          status === 200 &&
            at(data, 'type') === 'file' &&
            at(data, 'id') === eicar &&
            typeof at(at(data, 'links'), 'self') === 'string' &&
            typeof stats === 'object',
          `answered ${status}, of type ${String(at(data, 'type'))}`,
        );
      }),
    },
    {
      id: 'virustotal.unknown',
      statement: 'what it does not know is a 404 with the code NotFoundError',
      source: 'VirusTotal API v3 documentation, errors',
      strength: 'documented',
      check: by(['virustotal'], async ({ askVirusTotal }) =>
        answers(await askVirusTotal(`files/${unknownHash}`), 404, 'NotFoundError'),
      ),
    },
    {
      id: 'virustotal.no-key',
      statement: 'a request without a key is a 401 with the code AuthenticationRequiredError',
      source: 'VirusTotal API v3 documentation, errors',
      strength: 'documented',
      check: by(['virustotal'], async ({ askVirusTotal }) =>
        answers(await askVirusTotal(`files/${unknownHash}`, 'none'), 401, 'AuthenticationRequiredError'),
      ),
    },
    {
      id: 'virustotal.wrong-key',
      statement: 'a request with a wrong key is a 401 with the code WrongCredentialsError',
      source: 'VirusTotal API v3 documentation, errors',
      strength: 'documented',
      check: by(['virustotal'], async ({ askVirusTotal }) =>
        answers(await askVirusTotal(`files/${unknownHash}`, 'wrong'), 401, 'WrongCredentialsError'),
      ),
    },
    {
      id: 'virustotal.malformed',
      statement: 'an id that is no hash is a 400 with the code InvalidArgumentError',
      source: 'none',
      strength: 'assumed',
      check: by(['virustotal'], async ({ askVirusTotal }) =>
        answers(await askVirusTotal('ip_addresses/no-address'), 400, 'InvalidArgumentError'),
      ),
    },
    {
      id: 'virustotal.quota',
      statement:
        'a public key has 4 requests a minute and 500 a day from 00:00 UTC; beyond: 429 with QuotaExceededError',
      source: 'VirusTotal documentation, "Public vs Premium API"',
      strength: 'documented',
      check: { none: 'it would use up the quota of the key' },
    },
    {
      id: 'virustotal.quota-window',
      statement: 'the minute is any 60 seconds; what is unknown counts, what is refused does not',
      source: 'none',
      strength: 'assumed',
      check: { none: 'it would use up the quota of the key' },
    },
    {
      id: 'virustotal.quotas',
      statement:
        'a key asks for its own quotas at `/users/KEY/overall_quotas`: `{data: {api_requests_hourly, …_daily, …_monthly: {user: {used, allowed}}}}`, and spends nothing by that',
      source: 'VirusTotal API v3 documentation, user overall quotas; clients of others; that it spends nothing: none',
      strength: 'assumed',
      check: { none: 'the key would be part of what is asked; preflight asks it, and says no key' },
    },
  ],
  own: [
    'Attributes are what was seeded; the EICAR test file is known from the start.',
    'A file is found by the hash that it was seeded with; the real one knows all three kinds.',
    'Other paths and methods: 400 BadRequestError that says so.',
  ],
};

function answers(answer: HttpAnswer, status: number, code: string) {
  const seen = at(at(answer.body, 'error'), 'code');
  return holds(answer.status === status && seen === code, `answered ${answer.status} ${String(seen)}`);
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
