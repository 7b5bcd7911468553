import { z } from 'zod';
import type { CaseTimes } from '../model/case.ts';
import { responderRoles, type ResponderRole } from '../model/plan.ts';
import type { Rails } from '../model/rails.ts';
import { ConfigurationError } from './errors.ts';
import { readConnectionDetails, statePaths, type StatePaths } from './state-folder.ts';

/** What every process is configured by. Read once at start; only the trust document is read again when it changes. */
export interface Configuration {
  readonly stateDir: string;
  readonly paths: StatePaths;
  /** The Temporal server of the system on this state folder, if one was ever started there. */
  readonly temporal?: { readonly address: string; readonly namespace: string };
  /** Where a sandbox is used instead of Google Cloud: `host:port` of its first port. */
  readonly sandbox?: { readonly host: string; readonly port: number };
  /** Whether FIREBREAK_OWN_RESOURCES says what the engine runs as. */
  readonly ownResourcesTold: boolean;
  readonly taskQueuePrefix: string;
  /** `projects/P/subscriptions/S` that intake pulls from. */
  readonly subscription: string;
  readonly evidenceFolder: string;
  readonly ledgerFolder: string;
  /** Where the histories of closed cases are kept, and how often it is looked for new ones, seconds. */
  readonly archive: { readonly folder: string; readonly everySeconds: number };
  readonly virusTotal: {
    readonly apiKey?: string;
    readonly url: string;
    readonly perMinute: number;
    readonly perDay: number;
  };
  /** Log scopes to read (`projects/P` or views) where the project's own is not the right one. */
  readonly logScopes: readonly string[];
  /** Whether a watch also counts instances, by Cloud Monitoring. */
  readonly monitoring: 'on' | 'off';
  /** What one observe worker may spend; share the quota out where several run. */
  readonly logCallsPerMinute: number;
  readonly findingReadsPerMinute: number;
  readonly times: CaseTimes;
  /** What limits every case that starts, and what respond workers do at all. */
  readonly rails: Rails;
  /** Resources that may be changed in one project within an hour. */
  readonly changesPerHour: number;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error';
}

const resource = String.raw`projects/[^/,\s]+(?:/locations/[^/,\s]+/(?:services|jobs|workerPools)/[^/,\s]+)?`;
/** Projects and resources, separated by commas. */
const resources = () =>
  z
    .string()
    .regex(
      new RegExp(`^${resource}(?:,${resource})*$`),
      'must be projects (projects/P) or resources (projects/P/locations/L/services/S, jobs, workerPools) separated by commas; * stands for any text within a segment',
    )
    .optional();
const seconds = (fallback: number) =>
  z.coerce.number('must be a number of seconds').min(0).max(2_592_000).default(fallback);
const count = (fallback: number) =>
  z.coerce.number('must be a whole number').int().min(1).max(1_000_000).default(fallback);

/** A list of these words, separated by commas. */
function listOf(words: readonly string[]): RegExp {
  const one = `(${words.join('|')})`;
  return new RegExp(`^${one}(,${one})*$`);
}

/** Every variable of ours, with its default. Units are in the names. */
const variables = z.object({
  FIREBREAK_SANDBOX: z
    .string()
    .regex(/^[A-Za-z0-9.\-[\]:]+:\d{1,5}$/, 'must be host:port of the sandbox')
    .optional(),
  FIREBREAK_TASK_QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/, 'must be lower-case letters, digits and dashes')
    .default('firebreak'),
  FIREBREAK_SUBSCRIPTION: z
    .string()
    .regex(/^projects\/[^/\s]+\/subscriptions\/[^/\s]+$/, 'must be projects/PROJECT/subscriptions/NAME')
    .default('projects/rhea-prod-4421/subscriptions/firebreak'),
  FIREBREAK_EVIDENCE_DIR: z.string().min(1).optional(),
  FIREBREAK_LEDGER_DIR: z.string().min(1).optional(),
  FIREBREAK_ARCHIVE_DIR: z.string().min(1).optional(),
  FIREBREAK_ARCHIVE_EVERY_SECONDS: count(60),
  FIREBREAK_VIRUSTOTAL_API_KEY: z
    .string()
    .min(1, 'must not be empty (leave it out to switch VirusTotal off)')
    .optional(),
  FIREBREAK_VIRUSTOTAL_URL: z.url('must be a URL').default('https://www.virustotal.com/api/v3'),
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
  FIREBREAK_INVESTIGATION_BUDGET_SECONDS: seconds(30),
  FIREBREAK_REMINDER_SECONDS: seconds(1_800),
  FIREBREAK_ESCALATION_SECONDS: seconds(3_600),
  FIREBREAK_EXPIRY_SECONDS: seconds(14_400),
  FIREBREAK_QUIET_WINDOW_SECONDS: seconds(60),
  FIREBREAK_APPROVAL_FRESHNESS_SECONDS: seconds(1_800),
  FIREBREAK_CORRELATION_BEFORE_SECONDS: seconds(86_400),
  FIREBREAK_CORRELATION_AFTER_SECONDS: seconds(3_600),
  FIREBREAK_MODE: z.enum(['live', 'dry-run'], 'must be live or dry-run').default('live'),
  FIREBREAK_RESPONDERS: z
    .string()
    .regex(listOf(responderRoles), `must be roles separated by commas: ${responderRoles.join(', ')}`)
    .default('respond,respond-iam'),
  FIREBREAK_PROTECTED: resources(),
  FIREBREAK_OWN_RESOURCES: resources(),
  FIREBREAK_QUARANTINE_ACCOUNT: z.email('must be the e-mail address of a service account').optional(),
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

function check(environment: NodeJS.ProcessEnv): z.infer<typeof variables> {
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

function listed(text: string | undefined): string[] {
  return text?.split(',') ?? [];
}

/**
 * What this process itself runs as on Cloud Run: the engine never acts on itself. Only the process's own name is in its environment; the others'
 * are listed in FIREBREAK_OWN_RESOURCES. Source: Cloud Run's container runtime contract.
 */
function ownResources(environment: NodeJS.ProcessEnv): string[] {
  const project = environment['GOOGLE_CLOUD_PROJECT'] || '*';
  const own = (variable: string, collection: string): string[] => {
    const name = environment[variable];
    return name ? [`projects/${project}/locations/*/${collection}/${name}`] : [];
  };
  return [
    ...own('K_SERVICE', 'services'),
    ...own('CLOUD_RUN_JOB', 'jobs'),
    ...own('CLOUD_RUN_WORKER_POOL', 'workerPools'),
  ];
}

/**
 * Reads the configuration: environment over state folder. Throws ConfigurationError naming every wrong variable, StateVersionError on a
 * state folder of a newer version.
 */
export async function readConfiguration(
  stateDir: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Configuration> {
  const set = check(environment);
  const paths = statePaths(stateDir);
  const details = await readConnectionDetails(stateDir);
  const sandbox = set.FIREBREAK_SANDBOX ?? details?.sandbox;
  const cut = sandbox?.lastIndexOf(':') ?? -1;
  const place =
    sandbox === undefined ? undefined : { host: sandbox.slice(0, cut), port: Number(sandbox.slice(cut + 1)) };
  // The sandbox has a VirusTotal of its own, with a key that is no secret, on the port after its first.
  const virusTotalUrl =
    environment['FIREBREAK_VIRUSTOTAL_URL'] ?? (place && `http://${place.host}:${place.port + 1}/api/v3`);
  const apiKey = set.FIREBREAK_VIRUSTOTAL_API_KEY ?? (place && 'sandbox-key');
  return {
    stateDir,
    paths,
    ...(details && { temporal: { address: details.temporalAddress, namespace: details.temporalNamespace } }),
    ...(place && { sandbox: place }),
    taskQueuePrefix: set.FIREBREAK_TASK_QUEUE_PREFIX,
    subscription: set.FIREBREAK_SUBSCRIPTION,
    evidenceFolder: set.FIREBREAK_EVIDENCE_DIR ?? paths.evidence,
    ledgerFolder: set.FIREBREAK_LEDGER_DIR ?? paths.ledger,
    archive: {
      folder: set.FIREBREAK_ARCHIVE_DIR ?? paths.archive,
      everySeconds: set.FIREBREAK_ARCHIVE_EVERY_SECONDS,
    },
    virusTotal: {
      ...(apiKey !== undefined && { apiKey }),
      url: virusTotalUrl ?? set.FIREBREAK_VIRUSTOTAL_URL,
      perMinute: set.FIREBREAK_VIRUSTOTAL_PER_MINUTE,
      perDay: set.FIREBREAK_VIRUSTOTAL_PER_DAY,
    },
    logScopes: set.FIREBREAK_LOG_SCOPES?.split(',') ?? [],
    monitoring: set.FIREBREAK_MONITORING,
    logCallsPerMinute: set.FIREBREAK_LOG_CALLS_PER_MINUTE,
    findingReadsPerMinute: set.FIREBREAK_FINDING_READS_PER_MINUTE,
    times: {
      investigationBudget: set.FIREBREAK_INVESTIGATION_BUDGET_SECONDS,
      reminder: set.FIREBREAK_REMINDER_SECONDS,
      escalation: set.FIREBREAK_ESCALATION_SECONDS,
      expiry: set.FIREBREAK_EXPIRY_SECONDS,
      quietWindow: set.FIREBREAK_QUIET_WINDOW_SECONDS,
      approvalFreshness: set.FIREBREAK_APPROVAL_FRESHNESS_SECONDS,
      correlationBefore: set.FIREBREAK_CORRELATION_BEFORE_SECONDS,
      correlationAfter: set.FIREBREAK_CORRELATION_AFTER_SECONDS,
    },
    ownResourcesTold: set.FIREBREAK_OWN_RESOURCES !== undefined,
    rails: {
      mode: set.FIREBREAK_MODE,
      responders: responderRoles.filter((role): role is ResponderRole =>
        set.FIREBREAK_RESPONDERS.split(',').includes(role),
      ),
      protected: [
        ...listed(set.FIREBREAK_PROTECTED),
        ...listed(set.FIREBREAK_OWN_RESOURCES),
        ...ownResources(environment),
      ],
      ...(set.FIREBREAK_QUARANTINE_ACCOUNT !== undefined && { quarantineAccount: set.FIREBREAK_QUARANTINE_ACCOUNT }),
      watchSeconds: set.FIREBREAK_WATCH_SECONDS,
      watchEverySeconds: set.FIREBREAK_WATCH_EVERY_SECONDS,
    },
    changesPerHour: set.FIREBREAK_CHANGES_PER_HOUR,
    logLevel: set.FIREBREAK_LOG_LEVEL,
  };
}
