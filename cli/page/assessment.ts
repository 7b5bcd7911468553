import type { CaseView } from '../../model/case.ts';
import type { Assessment } from '../../model/proposal.ts';
import type { PageWriter } from './page-writer.ts';

/** Why we think so, what we do not know, which revisions are meant, what people still have to do. */
export function writeAssessment(page: PageWriter, view: CaseView): void {
  const { proposal } = view;
  // Who decides signs the proposal's; what was learnt since stands apart.
  const assessment = view.state === 'proposed' ? (proposal?.assessment ?? view.assessment) : view.assessment;
  if (assessment === null) return;
  const { paint } = page;
  page.heading('WHY WE THINK SO');
  page.text(assessment.summary, assessment.verdict === 'malicious' ? paint.bad : paint.strong);
  for (const { text, reason } of assessment.known) page.bullet(text, reason);

  page.heading('WHAT WE DO NOT KNOW');
  if (assessment.unknown.length === 0) page.text('Nothing that was asked for is missing.');
  for (const { text, reason } of assessment.unknown) page.bullet(text, reason);
  const missing = new Set((proposal?.plans ?? []).flatMap(({ plan }) => plan.missingEvidence));
  for (const evidence of missing)
    page.bullet(
      `Missing evidence: ${evidence}`,
      'an approval of a plan also accepts that this is not there',
      paint.attention,
    );

  writeKnownSince(page, view, assessment);

  const { badRevision, knownGood } = assessment;
  if (badRevision !== undefined || knownGood !== undefined) page.heading('REVISIONS');
  if (badRevision !== undefined) writeRevision(page, view, 'compromised', badRevision);
  if (knownGood !== undefined) writeRevision(page, view, 'known good', knownGood);

  if (assessment.todo.length === 0) return;
  page.heading('LEFT TO PEOPLE');
  for (const todo of assessment.todo) page.bullet(todo);
}

/** A revision, why it is the one, and the images of its containers where it has several. */
function writeRevision(
  page: PageWriter,
  { investigation }: CaseView,
  label: string,
  { name, reason }: NonNullable<Assessment['badRevision']>,
): void {
  page.pair(label, `${name}: ${reason}`);
  const settings = investigation?.settings;
  const revision =
    settings?.status === 'answered' ? settings.value.revisions.find((one) => one.name === name) : undefined;
  if (revision?.sidecars === undefined) return;
  page.pair('', `takes requests: ${revision.image}`);
  for (const sidecar of revision.sidecars)
    page.pair('', `sidecar ${sidecar.name || 'without a name'}: ${sidecar.image}`);
}

/** What late answers brought, which changed neither plans nor recommendation: no part of what is signed. */
function writeKnownSince(page: PageWriter, { assessment }: CaseView, signed: Assessment): void {
  if (assessment === null || assessment === signed) return;
  const said = new Set([...signed.known, ...signed.unknown].map(({ text, reason }) => `${text}\n${reason}`));
  const since = [...assessment.known, ...assessment.unknown].filter(
    ({ text, reason }) => !said.has(`${text}\n${reason}`),
  );
  if (since.length === 0) return;
  page.heading('LEARNT SINCE (NOT IN WHAT IS SIGNED)');
  for (const { text, reason } of since) page.bullet(text, reason);
}
