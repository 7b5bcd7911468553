import { z } from 'zod';
import { responderRoles } from '../model/plan.ts';
import { policyChangeSeconds } from '../model/policy-change.ts';
import { googleApis, parseEndpoint } from './endpoints.ts';
import { ConfigurationError } from './errors.ts';

const resource = String.raw`projects/[^/,\s]+(?:/locations/[^/,\s]+/(?:services|jobs|workerPools|instances)/[^/,\s]+)?`;
const parent = '(?:organizations|folders|projects)/[1-9][0-9]{0,18}';
/** Projects and resources, separated by commas. */
const resources = () =>
  z
    .string()
    .regex(
      new RegExp(`^${resource}(?:,${resource})*$`),
      'must be projects (projects/P) or resources (projects/P/locations/L/services/S, jobs, workerPools, instances) separated by commas; * stands for any text within a segment',
    )
    .optional();
const seconds = (fallback: number, most = 2_592_000) =>
  z.coerce
    .number('must be a number of seconds')
    .int('must be a whole number of seconds')
    .min(0)
    .max(most)
    .default(fallback);
const count = (fallback: number) =>
  z.coerce.number('must be a whole number').int().min(1).max(1_000_000).default(fallback);

/** A list of these words, separated by commas. */
function listOf(words: readonly string[]): RegExp {
  const one = `(${words.join('|')})`;
  return new RegExp(`^${one}(,${one})*$`);
}

/** Whether it is the address of a case's page: what is written into SCC is a link there. */
function isCaseUrl(text: string): boolean {
  const url = text.replace('{case}', 'finding-1');
  if (url === text || !URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** Whether nobody on the way reads what is sent there. */
function isPrivate(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || parseEndpoint(hostname)?.plain === true;
}

/** Where each of Google's APIs is reached (runtime/endpoints.ts). */
const endpoints = Object.fromEntries(
  Object.values(googleApis).map(({ variable, host }) => [
    variable,
    z
      .string()
      .refine(
        (text) => parseEndpoint(text) !== undefined,
        `must be a host or host:port, without a scheme, such as ${host} (TLS; plain text on loopback only)`,
      )
      .optional(),
  ]),
);

/** The subscription of the sandbox's demonstration. */
export const sandboxSubscription = 'projects/rhea-prod-4421/subscriptions/firebreak';

/** Every variable of ours, with its default. Units are in the names. */
const variables = z.object({
  FIREBREAK_SANDBOX: z
    .string()
    .regex(/^[A-Za-z0-9.\-[\]:]+:\d{1,5}$/, 'must be host:port of the sandbox')
    .optional(),
  ...endpoints,
  FIREBREAK_TASK_QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/, 'must be lower-case letters, digits and dashes')
    .default('firebreak'),
  FIREBREAK_SUBSCRIPTION: z
    .string()
    .regex(/^projects\/[^/\s]+\/subscriptions\/[^/\s]+$/, 'must be projects/PROJECT/subscriptions/NAME')
    .default(sandboxSubscription),
  FIREBREAK_SCC_PARENTS: z
    .string()
    .regex(
      new RegExp(`^${parent}(?:,${parent})*$`),
      'must be organizations/N, folders/N or projects/N by number, separated by commas',
    )
    .optional(),
  FIREBREAK_CASE_URL: z
    .string()
    .max(1_000)
    .refine(isCaseUrl, 'must be an http or https URL without a user, with {case} where the case’s id goes')
    .optional(),
  FIREBREAK_EVIDENCE_DIR: z.string().min(1).optional(),
  FIREBREAK_LEDGER_DIR: z.string().min(1).optional(),
  FIREBREAK_ARCHIVE_DIR: z.string().min(1).optional(),
  FIREBREAK_ARCHIVE_EVERY_SECONDS: count(60),
  FIREBREAK_VIRUSTOTAL_API_KEY: z
    .string()
    .min(1, 'must not be empty (leave it out to switch VirusTotal off)')
    .optional(),
  FIREBREAK_VIRUSTOTAL_URL: z
    .url({ protocol: /^https?$/, error: 'must be a URL' })
    .refine(isPrivate, 'must be https: the key goes with each request (http on loopback only)')
    .default('https://www.virustotal.com/api/v3'),
  FIREBREAK_VIRUSTOTAL_PER_MINUTE: count(4),
  FIREBREAK_VIRUSTOTAL_PER_DAY: count(500),
  FIREBREAK_LOG_SCOPES: z
    .string()
    .regex(
      /^[^,\s]+(,[^,\s]+)*$/,
      'must be log scopes separated by commas: projects/P or projects/P/locations/L/buckets/B/views/V',
    )
    .optional(),
  FIREBREAK_MONITORING: z.enum(['on', 'off'], 'must be on or off').default('off'),
  FIREBREAK_LOG_CALLS_PER_MINUTE: count(50),
  FIREBREAK_FINDING_READS_PER_MINUTE: count(900),
  FIREBREAK_SWEEP_SECONDS: count(60),
  FIREBREAK_INVESTIGATION_BUDGET_SECONDS: seconds(30),
  FIREBREAK_REMINDER_SECONDS: seconds(1_800),
  FIREBREAK_ESCALATION_SECONDS: seconds(3_600),
  FIREBREAK_EXPIRY_SECONDS: seconds(14_400),
  FIREBREAK_QUIET_WINDOW_SECONDS: seconds(60, 86_400),
  FIREBREAK_POLICY_CHANGE_SECONDS: seconds(policyChangeSeconds),
  FIREBREAK_APPROVAL_FRESHNESS_SECONDS: seconds(1_800),
  FIREBREAK_CORRELATION_BEFORE_SECONDS: seconds(86_400),
  FIREBREAK_CORRELATION_AFTER_SECONDS: seconds(3_600),
  FIREBREAK_TRUST_ROOT: z
    .string()
    .regex(
      /^[0-9a-f]{64}$/,
      'must be the fingerprint of the root key: 64 lower-case hex digits (firebreak doctor prints it)',
    )
    .optional(),
  FIREBREAK_MODE: z.enum(['live', 'dry-run'], 'must be live or dry-run').default('live'),
  FIREBREAK_RESPONDERS: z
    .string()
    .regex(listOf(responderRoles), `must be roles separated by commas: ${responderRoles.join(', ')}`)
    .default('respond,respond-iam'),
  FIREBREAK_PROTECTED: resources(),
  FIREBREAK_OWN_RESOURCES: resources(),
  FIREBREAK_QUARANTINE_ACCOUNT: z.email('must be the e-mail address of a service account').optional(),
  // A day: whoever plants a revision to go back to has to wait for longer than an attack usually goes unseen, and any service that people
  // use has requests within it.
  FIREBREAK_GOOD_BEFORE_SECONDS: seconds(86_400),
  FIREBREAK_GOOD_DAYS: z.coerce.number('must be a number of days from 1 to 7').int().min(1).max(7).default(2),
  FIREBREAK_TRUSTED_DEPLOYERS: z
    .string()
    .regex(/^[^@,\s]+@[^@,\s]+(,[^@,\s]+@[^@,\s]+)*$/, 'must be e-mail addresses separated by commas')
    .optional(),
  FIREBREAK_WATCH_SECONDS: seconds(86_400),
  FIREBREAK_WATCH_EVERY_SECONDS: count(300),
  FIREBREAK_CHANGES_PER_HOUR: count(20),
  FIREBREAK_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error'], 'must be one of trace, debug, info, warn, error')
    .default('info'),
});

/** Variables of ours that are read elsewhere, so that they are not taken for a slip of the pen. */
const otherVariables = new Set([
  'FIREBREAK_TEMPORAL_CLI',
  'FIREBREAK_TEMPORAL_TEST_SERVER',
  'FIREBREAK_TEST_ALL',
  'FIREBREAK_FAULT_SEED',
  'FIREBREAK_FAULT_SCHEDULES',
  'FIREBREAK_STATE_DIR',
  'FIREBREAK_PROCESS',
  'FIREBREAK_DOCKER_COMPOSE',
  'FIREBREAK_HADOLINT',
]);

/** The variables of ours as they are set, else their defaults. Throws ConfigurationError naming every one that is wrong or unknown. */
export function readVariables(environment: NodeJS.ProcessEnv): z.infer<typeof variables> {
  const problems = Object.keys(environment)
    .filter((name) => name.startsWith('FIREBREAK_') && !(name in variables.shape) && !otherVariables.has(name))
    .map((name) => `${name} is not a variable of Firebreak's`);
  const parsed = variables.safeParse(environment);
  if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
  else problems.push(...stagesOutOfOrder(parsed.data));
  if (problems.length > 0 || !parsed.success) throw new ConfigurationError(problems);
  return parsed.data;
}

function stagesOutOfOrder(set: z.infer<typeof variables>): string[] {
  return set.FIREBREAK_REMINDER_SECONDS <= set.FIREBREAK_ESCALATION_SECONDS &&
    set.FIREBREAK_ESCALATION_SECONDS <= set.FIREBREAK_EXPIRY_SECONDS
    ? []
    : ['FIREBREAK_REMINDER_SECONDS, FIREBREAK_ESCALATION_SECONDS and FIREBREAK_EXPIRY_SECONDS must come in this order'];
}
