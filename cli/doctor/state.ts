import { stat } from 'node:fs/promises';
import { deadLetterFolder } from '../../intake/dead-letters.ts';
import { processFacts } from '../../local/process-facts.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { codeOf, messageOf } from '../../runtime/errors.ts';
import { readConnectionDetails, stateVersion, type StatePaths } from '../../runtime/state-folder.ts';
import { trustDocument } from '../../runtime/trust.ts';
import { trustedRoot } from '../../runtime/trust-root.ts';
import { haltWords } from '../../runtime/halt.ts';
import { standingHalt } from '../halt/standing-halt.ts';
import { analystsWithKeys } from '../decide/analyst-key.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** The state folder, and the `up` that runs on it. */
export async function checkState({ paths }: Configuration): Promise<Check[]> {
  let mode: number;
  try {
    mode = (await stat(paths.root)).mode & 0o777;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT')
      return [
        fail(
          'state folder',
          `${paths.root}: ${messageOf(error)}`,
          'Give its owner access, or use another --state-dir.',
        ),
      ];
    return [
      warn(
        'state folder',
        `${paths.root} is not there yet`,
        'Nothing, if this is the first start: npm start makes it. Else name the right one with --state-dir.',
      ),
    ];
  }
  // Windows has no such modes.
  const open = process.platform !== 'win32' && (mode & 0o077) !== 0;
  const folder = open
    ? fail(
        'state folder',
        `${paths.root} is open to other users (mode ${mode.toString(8)}); keys are in it`,
        `Close it: chmod 700 '${paths.root}'`,
      )
    : ok('state folder', `${paths.root}, version ${stateVersion}, mode ${mode.toString(8)}`);
  return [folder, await checkUp(paths)];
}

async function checkUp({ root }: StatePaths): Promise<Check> {
  const details = await readConnectionDetails(root);
  if (details === undefined) return warn('up', 'never started on this state folder', 'Start it with: npm start');
  const { alive } = await processFacts(details.pid);
  return alive
    ? ok(
        'up',
        `runs as process ${details.pid} since ${details.startedAt}, ports from ${details.basePort} on; Temporal’s UI: ${details.temporalUi}`,
      )
    : warn('up', `does not run (it was process ${details.pid})`, 'Start it with: npm start. It goes on where it was.');
}

/** The trust document, and who can sign here. */
export async function checkTrust(configuration: Configuration): Promise<Check[]> {
  try {
    const { approvers, version, workers } = await trustDocument(configuration).read();
    const root = configuration.trustRoot ?? (await trustedRoot(configuration.paths));
    const good = approvers.filter(({ credentials }) =>
      credentials.some(({ notAfter }) => Date.parse(notAfter) > Date.now()),
    );
    const here = await analystsWithKeys(configuration.paths);
    const people = `${good.length} of ${approvers.length} analysts can decide; keys here: ${here.join(', ') || 'none'}`;
    return [
      ok('trust document', `version ${version}, signed by the root ${root}; ${workers.length} workers' keys on it`),
      good.length > 0
        ? ok('analysts', people)
        : warn('analysts', people, 'Add one with: npx firebreak analyst add NAME --role approver'),
    ];
  } catch (error) {
    return [
      fail(
        'trust document',
        messageOf(error),
        'The first start makes it: npm start. Where it was there, restore it from a copy.',
      ),
    ];
  }
}

/** Whether somebody has stopped all changes. */
export async function checkHalt(configuration: Configuration): Promise<Check> {
  const name = 'changes';
  const { mode, responders } = configuration.rails;
  const how = mode === 'dry-run' ? 'dry run: respond changes nothing' : `may be made, by ${responders.join(', ')}`;
  try {
    const halt = await standingHalt(configuration);
    if (halt === null) return ok(name, how);
    const refused = halt.refused.length === 0 ? '' : ` (${halt.refused.join('; ')})`;
    return warn(name, `${haltWords(halt)}${refused}`, 'When it is settled: npx firebreak resume --reason "why"');
  } catch (error) {
    return fail(name, messageOf(error), 'Nothing is changed until the ledger can be read again.');
  }
}

/** What intake could not make cases of. */
export async function checkDeadLetters({ paths }: Configuration): Promise<Check> {
  const letters = await deadLetterFolder(paths.deadLetters).list();
  return letters.length === 0
    ? ok('dead letters', 'none')
    : warn('dead letters', String(letters.length), 'Look at them with: npx firebreak dead-letters list');
}
