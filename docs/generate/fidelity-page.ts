import { areas, allClaims } from '../../contract/areas.ts';
import { type Area, type Claim, isChecked, type Strength } from '../../contract/claim.ts';
import { bullets, madeFrom, page, table } from './markdown.ts';

const meanings: Readonly<Record<Strength, string>> = {
  recorded: 'traffic, a log entry or a state file of the real service that somebody published',
  'live write-up': 'somebody ran against the real service and wrote it down, or runs code that rests on it',
  documented: 'the vendor says so: a page by its title, a proto by its name (the client package brings it), a list',
  assumed: 'no source was found, or none for the part that matters; the sandbox does what is harder for a client',
};

/** The page on what the engine and the sandbox rest on, from the claims. */
export function fidelityPage(): Readonly<Record<string, string>> {
  const counts = Object.entries(meanings).map(
    ([strength, means]) =>
      `**${strength}** (${allClaims.filter((claim) => claim.strength === strength).length}): ${means}.`,
  );
  const checked = allClaims.filter(isChecked).length;
  return {
    'docs/fidelity.md': page(
      madeFrom('contract/'),
      '# Fidelity of the sandbox',
      `What the engine and the sandbox take the real services to be, each claim once: ${allClaims.length} of them, ${checked} with a check made by the client packages. Nothing in this project ever ran against Google Cloud or VirusTotal; in CI the checks run against the sandbox, and [\`firebreak contract\`](contract.md) runs them against a project of yours.`,
      bullets(counts),
      'Where reality is unknown or reports disagree, a claim **decides a switch**: `--reality NAME=WAY` of `firebreak up` and `firebreak sandbox` plays either way, and the engine has to be right in both. The statement tells the default.',
      'Whatever is not listed is refused loudly: an unknown method with UNIMPLEMENTED, an unknown field, filter or option with INVALID_ARGUMENT.',
      ...areas.flatMap(section),
    ),
  };
}

function section({ title, served, claims, own }: Area): (string | null)[] {
  return [
    `## ${title}`,
    served ?? null,
    claims.length === 0 ? null : table(['claim', 'statement', 'source', 'strength', 'checked'], claims.map(row)),
    own.length === 0 ? null : `The sandbox’s own, with nothing to hold it against:`,
    own.length === 0 ? null : bullets(own),
  ];
}

function row(claim: Claim): readonly string[] {
  const { id, statement, source, strength, reality, check } = claim;
  const decides = reality === undefined ? '' : `; decides \`${reality.name}\``;
  return [`\`${id}\``, statement, source, strength, ('none' in check ? `no: ${check.none}` : 'by calls') + decides];
}
