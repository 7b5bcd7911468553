import type { CaseTimes } from '../model/case.ts';
import { responderRoles, type ResponderRole } from '../model/plan.ts';
import type { Rails } from '../model/rails.ts';
import { type Endpoints, type GoogleApi, googleApis, parseEndpoint } from './endpoints.ts';
import { ConfigurationError } from './errors.ts';
import type { GooglePlace } from './google-place.ts';
import { readConnectionDetails, statePaths, type StatePaths } from './state-folder.ts';
import { readVariables } from './variables.ts';

/** What every process is configured by. Read once at start; only the trust document is read again when it changes. */
export interface Configuration {
  readonly stateDir: string;
  readonly paths: StatePaths;
  /** The Temporal server of the system on this state folder, if one was ever started there. */
  readonly temporal?: { readonly address: string; readonly namespace: string };
  /** Where a sandbox is used instead of Google Cloud: `host:port` of its first port. */
  readonly sandbox?: { readonly host: string; readonly port: number };
  /** Where Google's APIs are reached: the sandbox, or Google Cloud with the endpoints that are set. */
  readonly google: GooglePlace;
  /** Whether FIREBREAK_OWN_RESOURCES says what the engine runs as. */
  readonly ownResourcesTold: boolean;
  /** Fingerprint of the root key that the trust document must be signed by; absent: the embedded default's own. */
  readonly trustRoot?: string;
  readonly taskQueuePrefix: string;
  /** `projects/P/subscriptions/S` that intake pulls from. */
  readonly subscription: string;
  /** Whose findings are ours: `organizations/N`, `folders/N`, `projects/N`. Empty where nobody has said so (runtime/scc-parents.ts). */
  readonly sccParents: readonly string[];
  /** Where people find a case: a URL with `{case}` for its id; absent where nobody has said so and no Temporal UI is known. */
  readonly caseUrl?: string;
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
  /** How often intake looks for cases that ended in Temporal otherwise than Firebreak ends them, seconds. */
  readonly sweepSeconds: number;
  readonly times: CaseTimes;
  /** What limits every case that starts, and what respond workers do at all. */
  readonly rails: Rails;
  /** Resources that may be changed in one project within an hour. */
  readonly changesPerHour: number;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error';
}

/** The organization that the sandbox's demonstration plays in. */
const sandboxParents = 'organizations/271828182845';

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
    ...own('CLOUD_RUN_INSTANCE', 'instances'),
  ];
}

/** The endpoints that are set; each was parsed before. */
function endpointsOf(set: Readonly<Record<string, unknown>>): Endpoints {
  return Object.fromEntries(
    Object.entries(googleApis).flatMap(([api, { variable }]) => {
      const text = set[variable];
      const endpoint = typeof text === 'string' ? parseEndpoint(text) : undefined;
      return endpoint === undefined ? [] : [[api, endpoint]];
    }),
  );
}

/** A sandbox is all of Google Cloud: no single API is elsewhere. Throws ConfigurationError where both are said. */
function googlePlace(sandbox: Configuration['sandbox'], endpoints: Endpoints): GooglePlace {
  if (sandbox === undefined) return { endpoints };
  const both = Object.keys(endpoints).map((api) => googleApis[api as GoogleApi].variable);
  if (both.length > 0)
    throw new ConfigurationError(
      both.map(
        (variable) =>
          `${variable} and the sandbox at ${sandbox.host}:${sandbox.port} exclude each other: leave the variable out, or name a state folder on which no sandbox runs`,
      ),
    );
  return sandbox;
}

/**
 * Reads the configuration: environment over state folder. Throws ConfigurationError naming every wrong variable, StateVersionError on a
 * state folder of a newer version.
 */
export async function readConfiguration(
  stateDir: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Configuration> {
  const set = readVariables(environment);
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
  const ui = details && details.temporalUi !== '' && `${details.temporalUi}/namespaces/${details.temporalNamespace}`;
  const caseUrl = set.FIREBREAK_CASE_URL ?? (ui ? `${ui}/workflows/{case}` : undefined);
  return {
    stateDir,
    paths,
    ...(details && { temporal: { address: details.temporalAddress, namespace: details.temporalNamespace } }),
    ...(place && { sandbox: place }),
    google: googlePlace(place, endpointsOf(set)),
    ...(set.FIREBREAK_TRUST_ROOT !== undefined && { trustRoot: set.FIREBREAK_TRUST_ROOT }),
    taskQueuePrefix: set.FIREBREAK_TASK_QUEUE_PREFIX,
    subscription: set.FIREBREAK_SUBSCRIPTION,
    sccParents: listed(set.FIREBREAK_SCC_PARENTS ?? (place && sandboxParents)),
    ...(caseUrl !== undefined && { caseUrl }),
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
    sweepSeconds: set.FIREBREAK_SWEEP_SECONDS,
    times: {
      investigationBudget: set.FIREBREAK_INVESTIGATION_BUDGET_SECONDS,
      reminder: set.FIREBREAK_REMINDER_SECONDS,
      escalation: set.FIREBREAK_ESCALATION_SECONDS,
      expiry: set.FIREBREAK_EXPIRY_SECONDS,
      quietWindow: set.FIREBREAK_QUIET_WINDOW_SECONDS,
      policyChange: set.FIREBREAK_POLICY_CHANGE_SECONDS,
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
      knownGood: {
        beforeSeconds: set.FIREBREAK_GOOD_BEFORE_SECONDS,
        days: set.FIREBREAK_GOOD_DAYS,
        trustedDeployers: listed(set.FIREBREAK_TRUSTED_DEPLOYERS),
      },
      asksGrants: true,
      watchSeconds: set.FIREBREAK_WATCH_SECONDS,
      watchEverySeconds: set.FIREBREAK_WATCH_EVERY_SECONDS,
    },
    changesPerHour: set.FIREBREAK_CHANGES_PER_HOUR,
    logLevel: set.FIREBREAK_LOG_LEVEL,
  };
}
