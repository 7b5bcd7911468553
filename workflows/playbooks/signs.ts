import { nameKey } from '../../model/detectors/name-key.ts';
import type { Severity } from '../../model/finding.ts';
import type { PlaybookContext } from './playbook.ts';
import { countOf } from './stakes.ts';

const serious = (severity: Severity): boolean => severity === 'CRITICAL' || severity === 'HIGH';

/**
 * What besides the finding itself speaks of an attack, in words. A detector that fires again is no second sign; another one is, and one
 * that SCC rates high. Nothing here makes a finding benign where it is missing (promise 7).
 */
export function signs({ finding, investigation: { related, reputation } }: PlaybookContext): readonly string[] {
  const bad = reputation.flatMap((answer) =>
    answer.status === 'answered' && (answer.value.verdict === 'malicious' || answer.value.verdict === 'suspicious')
      ? [`VirusTotal calls ${answer.value.indicator.value} ${answer.value.verdict}`]
      : [],
  );
  const others =
    related.status === 'answered'
      ? related.value.findings.filter(
          ({ category, severity }) => nameKey(category) !== nameKey(finding.category) || serious(severity),
        )
      : [];
  return [
    ...(serious(finding.severity) ? [`SCC rates it ${finding.severity.toLowerCase()}`] : []),
    ...bad.slice(0, 2),
    ...(others.length === 0 ? [] : [`${countOf(others.length, 'other finding')} nearby`]),
  ];
}
