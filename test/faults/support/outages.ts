import { rename, rm, writeFile } from 'node:fs/promises';
import type { CaseView } from '../../../model/case.ts';
import type { System } from '../../support/system.ts';

/** Something that the engine needs, down and up again. */
export interface Outage {
  readonly name: string;
  begin(system: System): Promise<void> | void;
  end(system: System): Promise<void> | void;
  /** Where the case gets to meanwhile: `no-case`, `proposed`, or (approved before) `containing`. */
  readonly reaches: 'no-case' | 'proposed' | 'containing';
  /** What the proposal says is not known; and whether it offers plans all the same. */
  readonly says?: RegExp;
  readonly offersPlans?: boolean;
}

const forGood = 1_000_000;

function calls(methods: readonly string[], role?: string): Pick<Outage, 'begin' | 'end'> {
  return {
    begin: ({ sandbox: { control } }) => {
      for (const method of methods) control.fault({ method, role, code: 'INTERNAL', count: forGood });
    },
    end: ({ sandbox: { control } }) => control.clearFaults(),
  };
}

/** A file where the folder has to be: it cannot be read, listed or written, also not by root. */
function folder(variable: 'evidence' | 'ledger'): Pick<Outage, 'begin' | 'end'> {
  const aside = (path: string): string => `${path}-aside`;
  return {
    async begin({ paths }) {
      await rename(paths[variable], aside(paths[variable])).catch(unlessMissing);
      await writeFile(paths[variable], 'not a folder');
    },
    async end({ paths }) {
      await rm(paths[variable]);
      await rename(aside(paths[variable]), paths[variable]).catch(unlessMissing);
    },
  };
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

/** Each dependency. Temporal is killed in kill-each-step. */
export const outages: readonly Outage[] = [
  {
    name: 'Security Command Center',
    ...calls(['ListFindings'], 'observe'),
    reaches: 'proposed',
    says: /SCC does not answer/,
    offersPlans: false,
  },
  {
    name: 'Cloud Run',
    ...calls(['GetService', 'ListRevisions', 'GetIamPolicy'], 'observe'),
    reaches: 'proposed',
    says: /settings/i,
    offersPlans: false,
  },
  {
    name: 'Cloud Logging',
    ...calls(['ListLogEntries'], 'observe'),
    reaches: 'proposed',
    says: /logs/i,
    offersPlans: true,
  },
  {
    name: 'VirusTotal',
    ...calls(['virustotal.v3/files', 'virustotal.v3/ip_addresses', 'virustotal.v3/domains']),
    reaches: 'proposed',
    says: /reputation/i,
    offersPlans: true,
  },
  { name: 'the evidence store', ...folder('evidence'), reaches: 'no-case' },
  { name: 'the ledger', ...folder('ledger'), reaches: 'containing' },
];

/** Everything that a view says in words. */
export function wordsOf(view: CaseView): string {
  const statements = [...(view.assessment?.unknown ?? []), ...(view.proposal?.assessment.unknown ?? [])];
  return [...statements.flatMap(({ text, reason }) => [text, reason]), view.reason].join('\n');
}
