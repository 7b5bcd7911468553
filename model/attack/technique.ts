import { type TacticName, tactics } from './tactics.ts';
import { type TechniqueRow, techniqueRows } from './technique-rows.ts';

/** A tactic of ATT&CK: what an attacker wants. */
export interface Tactic {
  /** ATT&CK's name; the name as SCC sent it where the table does not hold it, which is then hostile text. */
  readonly name: string;
  /** `TA0002`; absent where the table does not hold the name. */
  readonly id?: string;
  /** Its page; absent where the table does not hold the name. */
  readonly link?: string;
}

/** A technique of ATT&CK: how an attacker goes about it. */
export interface Technique {
  /** ATT&CK's name, a sub-technique's after its parent's; the name as SCC sent it where the table does not hold it (hostile text). */
  readonly name: string;
  /** `T1059` or `T1059.004`; absent where the table does not hold the name. */
  readonly id?: string;
  /** Empty where the table does not hold the name. */
  readonly tactics: readonly Tactic[];
  /** Its page; absent where the table does not hold the name. */
  readonly link?: string;
}

const rowsById = new Map(techniqueRows.map((row) => [row[1], row]));

function fromRow([, id, ownName, ...ownTactics]: TechniqueRow): Technique {
  const parent = ownTactics.length === 0 ? rowsById.get(id.slice(0, 'T1059'.length)) : undefined;
  const [, , parentName = '', ...served] = parent ?? [];
  return {
    name: parent ? `${parentName}: ${ownName}` : ownName,
    id,
    tactics: (parent ? served : ownTactics).map(knownTactic),
    link: `https://attack.mitre.org/techniques/${id.replace('.', '/')}/`,
  };
}

function knownTactic(name: TacticName): Tactic {
  const { id, name: shown } = tactics[name];
  return { name: shown, id, link: `https://attack.mitre.org/tactics/${id}/` };
}

const byName = new Map(techniqueRows.map((row) => [row[0], fromRow(row)]));
const byId = new Map([...byName.values()].map((technique) => [technique.id, technique]));

/** The technique behind SCC's name for it (`UNIX_SHELL`); for a name that the table does not hold, that name alone. */
export function techniqueOf(sccName: string): Technique {
  return byName.get(sccName) ?? { name: sccName, tactics: [] };
}

/** The technique with an id such as `T1059.004`, undefined where the table does not hold it. */
export function techniqueById(id: string): Technique | undefined {
  return byId.get(id);
}

/** The tactic behind SCC's name for it (`INITIAL_ACCESS`); for a name that the table does not hold, that name alone. */
export function tacticOf(sccName: string): Tactic {
  return isTacticName(sccName) ? knownTactic(sccName) : { name: sccName };
}

function isTacticName(name: string): name is TacticName {
  return Object.hasOwn(tactics, name);
}
