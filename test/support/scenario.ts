import {
  demonstrationFindings,
  demonstrationReputation,
  demonstrationServices,
} from '../../sandbox/scenario/demonstration.ts';
import { readFindings } from '../../model/parse-finding.ts';
import { sha256Hex } from '../../model/digest.ts';
import { hashes } from '../../sandbox/scenario/indicators.ts';
import type { ServiceDescription } from '../../sandbox/cloud-run/seed.ts';
import type { SandboxControl } from '../../sandbox/start-sandbox.ts';

/** A finding with a service of its own in the sandbox: the demonstration's first, under other names. */
export interface Scenario {
  readonly caseId: string;
  readonly findingName: string;
  readonly service: string;
  readonly goodRevision: string;
  readonly badRevision: string;
  /** The notification as SCC would send it. */
  readonly notification: Record<string, unknown> & { readonly finding: Record<string, unknown> };
}

interface Options {
  /** 0: reverse shell. 1: remote command. */
  readonly which?: 0 | 1;
  /** Leaves out the revision to go back to. */
  readonly withoutGood?: boolean;
  /** Makes it another one than a good one. */
  readonly good?: Partial<ServiceDescription['revisions'][number]>;
  /** What of the traffic it has now; the rest is the compromised one's. */
  readonly goodPercent?: number;
  /** Automatic scaling with only a maximum, as most services have. */
  readonly onlyMaximum?: boolean;
  /** How long an instance lingers that takes no requests any more. */
  readonly idleSeconds?: number;
  /** The account that it runs as, in place of the one that all of them have. */
  readonly account?: string;
  /** The repository of its images, in place of the one that all of them have. */
  readonly repository?: string;
  /** Gives the binary that ran a hash of its own, which VirusTotal does not know. */
  readonly ownBinary?: boolean;
}

let count = 0;

/** Makes a service with its compromised revision, and SCC's finding about it (not yet published). */
export function seedScenario(
  sandbox: { readonly control: Pick<SandboxControl, 'now' | 'seedService' | 'seedReputation'> },
  {
    which = 0,
    withoutGood = false,
    good: change = {},
    goodPercent = 0,
    onlyMaximum = false,
    idleSeconds = 900,
    ownBinary = false,
    account,
    repository,
  }: Options = {},
): Scenario {
  count += 1;
  const now = sandbox.control.now();
  const base = which === 0 ? 'checkout-api' : 'image-resizer';
  const service = `${base}-${process.pid}-${count}`;
  const renamed = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(base, service)) as T;
  const seeded = renamed(demonstrationServices(now)[which]!);
  const revisions = seeded.revisions.map((one) => ({
    ...one,
    ...(repository !== undefined && { image: one.image.replace('/apps/', `/${repository}/`) }),
    ...(account !== undefined && { serviceAccount: account }),
  }));
  const description = { ...seeded, revisions };
  const [good, bad] = description.revisions;
  sandbox.control.seedService({
    ...description,
    idleSeconds,
    revisions: withoutGood ? [bad!] : [{ ...good!, ...change }, bad!],
    ...(goodPercent > 0 && {
      traffic: [{ percent: 100 - goodPercent }, { revision: good!.name, percent: goodPercent }],
    }),
    ...(onlyMaximum && { scaling: { mode: 'AUTOMATIC', max: 8 } }),
  });
  for (const seed of demonstrationReputation()) sandbox.control.seedReputation(seed);
  const published = renamed(demonstrationFindings(now).published[which]!);
  const id = `${String(published.finding['name']).split('/').at(-1)!.slice(0, 20)}${process.pid}x${count}`;
  const text = JSON.stringify(published).replaceAll(String(published.finding['name']).split('/').at(-1)!, id);
  const own = ownBinary ? text.replaceAll(hashes.dropper, sha256Hex(id)) : text;
  const notification = JSON.parse(own) as Scenario['notification'];
  const findingName = String(notification.finding['name']);
  return {
    caseId: readFindings(notification)[0]!.caseId,
    findingName,
    service,
    goodRevision: good!.name,
    badRevision: bad!.name,
    notification,
  };
}
