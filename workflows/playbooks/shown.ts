import { cut } from '../../model/display.ts';
import type { Finding, ReportedProcess } from '../../model/finding.ts';
import type { Statement } from '../../model/proposal.ts';

/** Characters of a command line, of a script, of a URL. A proposal goes through Temporal several times over; the finding has all of it. */
const lineLength = 300;
const scriptLength = 1_500;
const mostShown = 3;

/** A process as one would have typed it. Attacker's text: shown as text, nothing else. */
export function commandLine({ name, binary, args, argumentsTruncated }: ReportedProcess): string {
  const line = [binary?.path ?? name, ...args].filter((part) => part !== '').join(' ');
  return cut(line, lineLength) + (argumentsTruncated ? ' …' : '');
}

/** The first processes of a finding, each with these words before it; nothing where SCC reports none. */
export function processStatements({ processes }: Finding, words: string): Statement[] {
  return processes
    .map(commandLine)
    .filter((line) => line !== '')
    .slice(0, mostShown)
    .map((line) => ({ text: `${words}: ${line}`, reason: 'the finding’s processes' }));
}

/** The libraries that the processes loaded, as far as SCC reports them. */
export function libraryStatements({ processes }: Finding): Statement[] {
  return processes
    .flatMap(({ libraries }) => libraries)
    .filter(({ path }) => path !== '')
    .slice(0, mostShown)
    .map(({ path }) => ({ text: `Library loaded: ${cut(path, lineLength)}`, reason: 'the finding’s processes' }));
}

/** Where the container is connected to, as far as SCC reports it. */
export function connectionStatements({ connections }: Finding): Statement[] {
  return connections
    .filter(({ destinationIp }) => destinationIp !== '')
    .slice(0, mostShown)
    .map(({ destinationIp, destinationPort }) => ({
      text: `Connected to ${cut(destinationIp, lineLength)}${destinationPort === undefined ? '' : ` port ${destinationPort}`}`,
      reason: 'the finding’s connections',
    }));
}

/** Who did what an audit log tells of, with these words before; nothing where SCC does not say. */
export function callerStatements({ principalEmail, callerIp }: Finding, words: string): Statement[] {
  if (principalEmail === undefined) return [];
  const from = callerIp === undefined ? '' : ` from ${cut(callerIp, lineLength)}`;
  return [
    {
      text: `${words} ${cut(principalEmail, lineLength)}${from}`,
      reason: 'the audit log entry, by the finding’s access',
    },
  ];
}

/** What SCC sends of the scripts that ran. It may be cut, so its hash is that of no file. */
export function scriptStatements({ processes }: Finding): Statement[] {
  const scripts = processes.flatMap(({ script }) => script ?? []).slice(0, mostShown);
  return scripts.map(({ path, contents }) => {
    const place = path === '' ? 'given on the command line' : cut(path, lineLength);
    return contents === undefined
      ? { text: `Script ${place}`, reason: 'the finding’s processes; SCC sends no contents' }
      : {
          text: `Script ${place}: ${cut(contents, scriptLength)}`,
          reason: 'the contents that SCC sends, which may be only their beginning',
        };
  });
}

/**
 * A URL that nobody can follow by mistake: `hxxps://evil[.]test/a`. User, password, query and fragment are left out, since they may be
 * the secrets that were stolen; the whole URL stands in the finding's document.
 */
export function defanged(uri: string): string {
  const [rest = ''] = uri.split(/[?#]/, 1);
  const [, scheme = '', address = ''] = /^(?:([a-z][a-z0-9+.-]*):[/\\]+)?([^]*)$/i.exec(rest) ?? [];
  const [authority = '', ...path] = address.split(/[/\\]/);
  const host = authority.slice(authority.lastIndexOf('@') + 1).replaceAll('.', '[.]');
  const safeScheme = scheme === '' ? '' : `${scheme.toLowerCase().replace(/^http/, 'hxxp')}://`;
  const left = uri.length > rest.length || authority.includes('@') ? ' (user, password and query left out)' : '';
  // What is no URL from its start on may hold one further on.
  const shown = [`${safeScheme}${host}`, ...path.map((part) => part.replace(/^[^@]*:[^]*@/, ''))].join('/');
  return cut(shown.replaceAll(/http(s?:)/gi, 'hxxp$1'), lineLength) + left;
}

/** The names of the programs alone, for where the arguments hold what must not be shown. */
export function processNames({ processes }: Finding, words: string): Statement[] {
  return processes
    .map(({ name, binary }) => cut(binary?.path ?? name, lineLength))
    .filter((name) => name !== '')
    .slice(0, mostShown)
    .map((name) => ({ text: `${words}: ${name}`, reason: 'the finding’s processes' }));
}

/** What is said where no processes are reported. */
export function noProcesses({ processes }: Finding): Statement[] {
  if (processes.length > 0) return [];
  return [
    {
      text: 'Which processes ran is not in the finding',
      reason: 'SCC sends none, as is usual for detectors that read audit logs; the container’s logs may tell',
    },
  ];
}
