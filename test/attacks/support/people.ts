import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, runFirebreak } from '../../../cli/test/run-firebreak.ts';
import type { CaseView } from '../../../model/case.ts';
import type { OfferedPlan } from '../../../model/plan.ts';
import type { Roster } from '../../../model/roster.ts';
import { signJson, type SigningKey } from '../../../runtime/signatures.ts';
import { trustFiles } from '../../../runtime/trust.ts';
import type { Analyst, System } from '../../support/system.ts';

/** Types a command on the machine of the people who decide. */
export function firebreak(system: System, ...args: string[]): Promise<Ended> {
  const environment = { ...system.environment, TEMPORAL_ADDRESS: system.address };
  return runFirebreak([...args, '--state-dir', system.stateDir], environment);
}

/** A person whose key is on this machine too, for the command line. */
export async function analystHere(system: System, id: string): Promise<Analyst> {
  const analyst = await system.addAnalyst(id);
  await writeFile(join(system.paths.keys, `analyst-${id}.json`), JSON.stringify(analyst.key), { mode: 0o600 });
  return analyst;
}

/** The offered plan of a kind; undefined where there is none that can be chosen. */
export function offered(view: CaseView, kind: string): OfferedPlan | undefined {
  return view.proposal?.plans.find(({ plan, unavailable }) => plan.kind === kind && unavailable === undefined);
}

/** The roster with its next version, signed by that key: what its file then says. */
export async function rosterText(roster: Roster, root: SigningKey): Promise<string> {
  const { version = 0 } = roster as { version?: number };
  const next = { ...roster, ...(version > 0 && { version: version + 1 }) };
  const { protected: header, signature } = await signJson(next, 'firebreak.roster.v1', root);
  return JSON.stringify({ roster: next, signature: { protected: header, signature } });
}

/** The embedded default’s root key. */
export async function rootKey({ paths }: System): Promise<SigningKey> {
  return JSON.parse(await readFile(join(paths.keys, 'root.json'), 'utf8')) as SigningKey;
}

/** Has the root sign a change of the roster. */
export async function changeRoster(system: System, change: (roster: Roster) => Roster): Promise<void> {
  const { roster: path } = trustFiles(system.paths.trust);
  const { roster } = JSON.parse(await readFile(path, 'utf8')) as { roster: Roster };
  await writeFile(path, await rosterText(change(roster), await rootKey(system)));
}

/** What comes within so many milliseconds; undefined where nothing does, or an error. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), milliseconds);
  try {
    return await Promise.race([work.catch(() => undefined), promise]);
  } finally {
    clearTimeout(timer);
  }
}
