import type { CaseView } from '../../model/case.ts';
import type { Finding, ReportedConnection, ReportedFile, ReportedProcess } from '../../model/finding.ts';
import { tacticOf, techniqueOf } from '../../model/attack/technique.ts';
import { clock } from '../terminal/durations.ts';
import { writeIdentity } from './identity.ts';
import type { PageWriter } from './page-writer.ts';

const mostProcesses = 5;

/** The finding, with every field that Google's runbooks name. */
export function writeWhatHappened(page: PageWriter, { finding, investigation }: CaseView, now: number): void {
  page.heading('WHAT HAPPENED');
  if (finding.description !== '') page.text(finding.description);
  page.pair('detected', `${clock(finding.eventTime, now)} UTC${by(finding)}`);
  writeProcesses(page, finding);
  writeConnections(page, finding);
  page.gap();
  page.pair('resource', finding.resourceName);
  page.pair('project', [finding.projectDisplayName, finding.projectFullName].filter((text) => text !== '').join(', '));
  page.pair('image', finding.containerImageUri);
  for (const { name, imageId } of finding.containers.slice(0, 3))
    page.pair('container', [name, imageId].filter((text) => text !== '').join(', '));
  page.pair('caller', [finding.principalEmail ?? '', finding.callerIp ?? ''].filter((text) => text !== '').join(', '));
  page.list('VirusTotal', virusTotalLinks(finding, investigation));
  page.list('ATT&CK', techniques(finding));
  page.pair('Google says', finding.nextSteps);
  page.pair('console', finding.externalUri);
  page.pair('owners', finding.contacts.join(', '));
  page.pair('finding', finding.name);
  if (investigation?.logs.status === 'answered') writeLogs(page, investigation.logs.value, now);
  if (investigation?.identity.status === 'answered') writeIdentity(page, investigation.identity.value, now);
}

/** The page that the finding names, and those of what VirusTotal calls malicious or suspicious; each once. */
function virusTotalLinks({ virusTotalLink }: Finding, investigation: CaseView['investigation']): string[] {
  const found = (investigation?.reputation ?? []).flatMap((answer) => {
    if (answer.status !== 'answered') return [];
    const { verdict, link } = answer.value;
    return link !== undefined && (verdict === 'malicious' || verdict === 'suspicious') ? [link] : [];
  });
  const named = virusTotalLink?.replace(/\/detection$/, '');
  return [...(virusTotalLink === undefined ? [] : [virusTotalLink]), ...found.filter((link) => link !== named)];
}

function by({ parentDisplayName, moduleName }: Finding): string {
  const who = [parentDisplayName, moduleName].filter((text) => text !== '').join(', ');
  return who === '' ? '' : ` by ${who}`;
}

function writeProcesses(page: PageWriter, { processes }: Finding): void {
  for (const process of processes.slice(0, mostProcesses)) {
    page.gap();
    page.pair('program binary', programOf(process), page.paint.strong);
    page.pair('arguments', argumentsOf(process));
    page.pair('sha256', process.binary === undefined ? '' : hashOf(process.binary));
    if (process.script !== undefined)
      page.pair(
        'script',
        [process.script.path, process.script.contents ?? ''].filter((text) => text !== '').join(': '),
      );
    page.pair(
      'environment',
      process.envVariableNames.length === 0 ? '' : `${process.envVariableNames.join(', ')} (values are never kept)`,
    );
  }
  const more = processes.length - mostProcesses;
  if (more > 0) page.text(`and ${more} more processes: see them with --json`, page.paint.faint);
}

function programOf({ name, binary, pid, parentPid }: ReportedProcess): string {
  const ids = [pid === undefined ? '' : `pid ${pid}`, parentPid === undefined ? '' : `parent ${parentPid}`].filter(
    (text) => text !== '',
  );
  return `${binary?.path ?? name}${ids.length === 0 ? '' : ` (${ids.join(', ')})`}`;
}

function argumentsOf({ args, argumentsTruncated }: ReportedProcess): string {
  return `${args.join(' ')}${argumentsTruncated ? ' … (SCC cut them)' : ''}`;
}

function hashOf({ sha256, partialSha256 }: ReportedFile): string {
  return sha256 ?? (partialSha256 === undefined ? '' : `${partialSha256} (of a part of the file only)`);
}

function writeConnections(page: PageWriter, { reverseShell, connections, indicator }: Finding): void {
  page.gap();
  if (reverseShell !== undefined) {
    page.pair('remote address', endpoint(reverseShell.destinationIp, reverseShell.destinationPort), page.paint.strong);
    page.pair('local address', endpoint(reverseShell.sourceIp, reverseShell.sourcePort));
  }
  for (const connection of connections.slice(0, 5)) {
    if (!sameRemote(connection, reverseShell)) page.pair('connection', connectionText(connection));
  }
  page.list('indicator', [...indicator.domains, ...indicator.uris].slice(0, 5));
}

function sameRemote(connection: ReportedConnection, shell: ReportedConnection | undefined): boolean {
  return connection.destinationIp === shell?.destinationIp && connection.destinationPort === shell.destinationPort;
}

function connectionText({
  sourceIp,
  sourcePort,
  destinationIp,
  destinationPort,
  protocol,
}: ReportedConnection): string {
  return `${endpoint(sourceIp, sourcePort)} to ${endpoint(destinationIp, destinationPort)}${protocol === undefined ? '' : ` (${protocol})`}`;
}

function endpoint(ip: string, port: number | undefined): string {
  const address = ip === '' ? 'an unknown address' : ip;
  return port === undefined ? address : `${address} port ${port}`;
}

/** The techniques that SCC names, as ATT&CK calls them, with id and page; one that ATT&CK's table does not hold as it came. */
function techniques({ attack }: Finding): string[] {
  if (attack === undefined) return [];
  const tactics = [attack.primaryTactic ?? '', ...attack.additionalTactics].filter((text) => text !== '');
  const names = [...attack.primaryTechniques, ...attack.additionalTechniques];
  return [
    ...(tactics.length === 0 ? [] : [tactics.map((tactic) => tacticOf(tactic).name).join(', ')]),
    ...names.map(techniqueOf).map(({ name, id, link }) => (id === undefined ? name : `${name} (${id}) ${link ?? ''}`)),
  ];
}

type Logs = Extract<NonNullable<CaseView['investigation']>['logs'], { status: 'answered' }>['value'];

function writeLogs(page: PageWriter, { entries, revisions, excerpt, complete, detail }: Logs, now: number): void {
  page.gap();
  page.pair('container logs', `${entries} lines saved${complete ? '' : `, not all: ${detail}`}`);
  page.list(
    'written by',
    revisions
      .slice(0, 5)
      .map(({ name, entries, lastAt }) => `${name}: ${entries} lines, the last at ${clock(lastAt, now)} UTC`),
  );
  for (const { time, text } of excerpt.slice(-6)) page.pair(`  ${clock(time, now).slice(-8)}`, text);
}
