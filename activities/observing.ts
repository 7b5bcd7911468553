import type { ResourceSettings } from '../model/cloud-run.ts';
import { digestOf } from '../model/digest.ts';
import type { FindingIdentity } from '../model/finding-name.ts';
import type { FirstLook } from '../model/first-look.ts';
import type {
  IdentityTraces,
  LiveFinding,
  LogExport,
  LogsAndIdentity,
  RelatedFindings,
} from '../model/investigation.ts';
import type { IdentityRequest, TrafficRequest } from '../model/log-requests.ts';
import type { SignsOfLife } from '../model/signs-of-life.ts';
import { factsOf, type Sealed, type Seen } from '../model/observation.ts';
import type { RelatedRequest, SettingsRequest } from '../model/requests.ts';
import type { LogRequest } from './cloud-logging.ts';
import type { FirstLookRequest } from './first-look.ts';
import type { QuietRequest } from './quiet.ts';
import type { Seal } from './seal.ts';

/** What is looked up, before it is signed. */
export interface Looking {
  readonly fetchFinding: (request: FindingIdentity) => Promise<LiveFinding | null>;
  readonly takeFirstLook: (request: FirstLookRequest) => Promise<FirstLook>;
  readonly readSettings: (request: SettingsRequest) => Promise<ResourceSettings | null>;
  readonly findRelatedFindings: (request: RelatedRequest) => Promise<RelatedFindings>;
}

/** What is read of logs, before it is signed. */
export interface LogReading {
  readonly pullContainerLogs: (request: LogRequest) => Promise<LogsAndIdentity>;
  readonly findCarriedTraffic: (request: TrafficRequest) => Promise<NonNullable<Seen['traffic']>>;
  readonly checkQuiet: (request: QuietRequest) => Promise<SignsOfLife>;
  readonly investigateIdentity: (request: IdentityRequest) => Promise<IdentityTraces>;
}

/** What cases ask observe for and others rely on, signed: the finding, what lies around it, the settings. */
export function sealedLooking({ fetchFinding, takeFirstLook, readSettings, findRelatedFindings }: Looking, seal: Seal) {
  return {
    async fetchFinding(request: FindingIdentity): Promise<Sealed<LiveFinding | null>> {
      const live = await fetchFinding(request);
      return seal(live, { finding: findingSeen(live) });
    },
    async takeFirstLook(request: FirstLookRequest): Promise<Sealed<FirstLook>> {
      const look = await takeFirstLook(request);
      const { fetched, settings, related, logs } = look;
      return seal(look, {
        finding: findingSeen(fetched),
        ...(settings.status === 'answered' && { settings: contentOf(settings.value) }),
        ...(related.status === 'answered' && { related: contentOf(related.value) }),
        ...(logs.status === 'answered' && logsSeen(logs.value)),
      });
    },
    async readSettings(request: SettingsRequest): Promise<Sealed<ResourceSettings | null>> {
      const settings = await readSettings(request);
      return seal(settings, settings === null ? {} : { settings: contentOf(settings) });
    },
    async findRelatedFindings(request: RelatedRequest): Promise<Sealed<RelatedFindings>> {
      const related = await findRelatedFindings(request);
      return seal(related, { related: contentOf(related) });
    },
  };
}

/** What cases ask of the logs and others rely on, signed. */
export function sealedLogReading(
  { pullContainerLogs, findCarriedTraffic, checkQuiet, investigateIdentity }: LogReading,
  seal: Seal,
) {
  return {
    async pullContainerLogs(request: LogRequest): Promise<Sealed<LogsAndIdentity>> {
      const read = await pullContainerLogs(request);
      return seal(read, logsSeen(read));
    },
    async findCarriedTraffic(request: TrafficRequest): Promise<Sealed<NonNullable<Seen['traffic']>>> {
      const traffic = await findCarriedTraffic(request);
      return seal(traffic, { traffic });
    },
    async checkQuiet(request: QuietRequest): Promise<Sealed<SignsOfLife>> {
      const life = await checkQuiet(request);
      // How long it took to become quiet is nothing that others judge by.
      const { patienceSeconds: _patience, ...seen } = request;
      return seal(life, { quiet: { ...seen, quiet: life.quiet } });
    },
    async investigateIdentity(request: IdentityRequest): Promise<Sealed<IdentityTraces>> {
      const traces = await investigateIdentity(request);
      return seal(traces, { identity: contentOf(traces) });
    },
  };
}

function findingSeen(live: LiveFinding | null): NonNullable<Seen['finding']> | null {
  return live === null ? null : { ...contentOf(live.finding), facts: factsOf(live.finding) };
}

function logsSeen({ logs, identity }: LogsAndIdentity): Seen {
  const { carriedTraffic } = logs;
  return {
    logs: contentOf(linesOf(logs)),
    ...(carriedTraffic.status === 'answered' && { traffic: carriedTraffic.value }),
    ...(identity.status === 'answered' && { identity: contentOf(identity.value) }),
  };
}

/** The export without what was asked besides, which may come later: that is signed on its own. */
export function linesOf({ carriedTraffic: _asked, ...lines }: LogExport): Omit<LogExport, 'carriedTraffic'> {
  return lines;
}

function contentOf(value: unknown): { readonly sha256: string } {
  return { sha256: digestOf(value) };
}
