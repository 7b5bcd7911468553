import { answered } from '../answers.ts';
import { by, type Claim, holds } from '../claim.ts';
import { givenFinding } from '../finding-answers.ts';

/** No finding has it. */
const noCategory = 'category="no category of anything"';

const documentedFields = [
  'name="organizations/1/sources/1/findings/x"',
  'parent="x"',
  'resource_name:"x"',
  'state="ACTIVE"',
  'category="x"',
  'severity="HIGH"',
  'event_time>"2020-01-01T00:00:00Z"',
  'security_marks.marks.x="y"',
  'resource.name="x"',
  'resource.type="x"',
  'resource.project_display_name="x"',
];
const furtherFields = ['mute="MUTED"', 'finding_class="THREAT"', 'parent_display_name="x"'];

/** How findings are found. */
export const filterClaims: readonly Claim[] = [
  {
    id: 'scc.name-forms',
    statement: 'a finding is found by its name, by its canonical name, and by both with and without `/locations/L`',
    source:
      'finding.proto, canonical_name; securitycenter_service.proto; that every form is taken everywhere is a guess',
    strength: 'assumed',
    check: by(['finding'], async (ground) => {
      const { name, read, found } = givenFinding(ground);
      const canonical = (await read()).canonicalName ?? '';
      const forms = [name, canonical].flatMap((one) => [one, one.replace(/\/locations\/[^/]+/, '')]);
      const missed: string[] = [];
      for (const form of forms) if ((await found(`name="${form}"`)).length !== 1) missed.push(form);
      return holds(missed.length === 0, missed.length === 0 ? 'each form found it' : `not by ${missed.join(', ')}`);
    }),
  },
  {
    id: 'scc.canonical-name',
    statement:
      'ListFindings answers each finding with its canonical name, by its owner’s number, also where it was published without one',
    source: 'k8s and etd notification samples; finding.proto, canonical_name; that it is never missing is a guess',
    strength: 'assumed',
    check: by(['finding'], async (ground) => {
      const { canonicalName } = await givenFinding(ground).read();
      return holds(/^(?:organizations|folders|projects)\/\d+\//.test(canonicalName ?? ''), `it is ${canonicalName}`);
    }),
  },
  {
    id: 'scc.scopes',
    statement: 'a finding can be listed through the scope of its canonical name as well as through that of its name',
    source: 'none; of folders and organizations above it the same is assumed',
    strength: 'assumed',
    check: by(['finding'], async (ground) => {
      const { name, read, found } = givenFinding(ground);
      const { canonicalName } = await read();
      const scope = /^[^/]+\/[^/]+/.exec(canonicalName ?? '')?.[0] ?? '';
      const location = /\/locations\/[^/]+/.exec(name)?.[0] ?? '';
      const names = await found(`name="${canonicalName}"`, `${scope}/sources/-${location}`);
      return holds(names.length === 1, `${names.length} found through ${scope}`);
    }),
  },
  {
    id: 'scc.unknown-scope',
    statement: 'the findings of a scope that does not exist are NOT_FOUND',
    source: 'none; the real answer may be PERMISSION_DENIED',
    strength: 'assumed',
    check: by(['finding'], async (ground) => {
      const { code, said } = await answered(
        () => givenFinding(ground).found('', 'organizations/1/sources/-'),
        'answers',
      );
      return holds(code === 'NOT_FOUND', `answered ${said}`);
    }),
  },
  {
    id: 'scc.operators',
    statement: 'filters take `=`, `:`, `<`, `>`, `<=`, `>=`, `-`, AND, OR and parentheses; OR binds tighter than AND',
    source: 'securitycenter_service.proto, ListFindingsRequest.filter',
    strength: 'documented',
    check: by(['finding'], async (ground) => {
      const { name, found } = givenFinding(ground);
      const own = `name="${name}"`;
      const tighter = await found(`${noCategory} AND state="ACTIVE" OR ${own}`);
      const apart = await found(`(${noCategory} AND state="ACTIVE") OR ${own}`);
      const times = await found(`${own} AND event_time>="2000-01-01T00:00:00Z" AND -${noCategory}`);
      return holds(
        tighter.length === 0 && apart.length === 1 && times.length === 1,
        `${tighter.length} without parentheses, ${apart.length} with them, ${times.length} by time and negation`,
      );
    }),
  },
  {
    id: 'scc.not',
    statement: '`NOT` negates in a filter of ListFindings',
    source: 'Google’s lab on notifications uses it (`NOT mute="MUTED"`) in their filter; for ListFindings a guess',
    strength: 'assumed',
    check: by(['finding'], async (ground) => {
      const { name, found } = givenFinding(ground);
      const names = await found(`name="${name}" AND NOT ${noCategory}`);
      return holds(names.length === 1, `${names.length} found`);
    }),
  },
  accepted('scc.fields', documentedFields, {
    source: 'securitycenter_service.proto, ListFindingsRequest.filter',
    strength: 'documented',
  }),
  accepted('scc.further-fields', furtherFields, {
    source: 'Google’s lab on notifications for `mute`',
    strength: 'assumed',
  }),
  {
    id: 'scc.case',
    statement: 'texts are compared with case, the keys of marks without',
    source: 'security_marks.proto for marks; for the rest none',
    strength: 'assumed',
    check: by(['finding'], async (ground) => {
      const { name, found, read, setMark, mark } = givenFinding(ground);
      const category = (await read()).category ?? '';
      const own = `name="${name}"`;
      const other = await found(`${own} AND category="${category.toUpperCase()}"`);
      await setMark('seen');
      try {
        const byMark = await found(`${own} AND security_marks.marks.${mark.toUpperCase()}="seen"`);
        return holds(
          other.length === 0 && byMark.length === 1,
          `${other.length} by the category in capitals, ${byMark.length} by the mark in capitals`,
        );
      } finally {
        await setMark();
      }
    }),
  },
  {
    id: 'scc.refused-filters',
    statement: 'a text without quotes, and a state that does not exist, are INVALID_ARGUMENT',
    source: 'quotes: securitycenter_service.proto; that both are refused is a guess',
    strength: 'assumed',
    check: by(['finding'], async (ground) => {
      const { found } = givenFinding(ground);
      const bare = await answered(() => found('category=bare'));
      const state = await answered(() => found('state="NO_STATE"'));
      return holds(
        bare.code === 'INVALID_ARGUMENT' && state.code === 'INVALID_ARGUMENT',
        `without quotes ${bare.code}, an unknown state ${state.code}`,
      );
    }),
  },
  {
    id: 'scc.order',
    statement: 'lists are ordered by seven fields, each with ` desc`; pages have 10 results by default, 1000 at most',
    source: 'securitycenter_service.proto, ListFindingsRequest.order_by, page_size',
    strength: 'documented',
    check: by(['finding'], async (ground) => {
      const { parent } = givenFinding(ground);
      const list = (pageSize: number) =>
        ground.clients.findings.listFindings(
          { parent, orderBy: 'event_time desc,name', pageSize },
          { autoPaginate: false },
        );
      const [usual] = await list(0);
      const most = await answered(() => list(1_000));
      return holds(usual.length <= 10 && most.code === 'OK', `${usual.length} by default; 1000 answered ${most.code}`);
    }),
  },
  {
    id: 'scc.page-token',
    statement: 'a page token of another query is INVALID_ARGUMENT',
    source: 'none',
    strength: 'assumed',
    check: { none: 'it takes a scope with more findings than a page holds' },
  },
  {
    id: 'scc.quota',
    statement:
      '1,000 reads and 1,000 writes a minute, RESOURCE_EXHAUSTED beyond; the sandbox counts any 60 seconds, all callers together',
    source: 'page "Quotas and limits"; the window is a guess',
    strength: 'documented',
    check: { none: 'it would use up what the engine and others need' },
  },
];

function accepted(id: string, terms: readonly string[], founded: Pick<Claim, 'source' | 'strength'>): Claim {
  return {
    id,
    statement: `these can be filtered by: ${terms.map((term) => `\`${/^[a-z_.]+/.exec(term)?.[0]}\``).join(', ')}`,
    ...founded,
    check: by(['finding'], async (ground) => {
      const { found } = givenFinding(ground);
      const refused: string[] = [];
      for (const term of terms) {
        const { code } = await answered(() => found(term));
        if (code !== 'OK') refused.push(`${term} ${code}`);
      }
      return holds(refused.length === 0, refused.length === 0 ? 'all were taken' : `refused: ${refused.join(', ')}`);
    }),
  };
}
