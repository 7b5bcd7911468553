import { searchValue } from './display.ts';
import type { Finding } from './finding.ts';

/** The keywords that a case is found by, by the name of their search attribute; nothing in them that fits no grammar. */
export function searchKeywords(finding: Finding): Readonly<Record<string, string>> {
  const { severity, category, projectDisplayName, resource } = finding;
  return {
    CaseState: 'investigating',
    Severity: searchValue(severity),
    Category: searchValue(category),
    Project: searchValue(projectDisplayName || (resource?.project ?? '')),
    // The short name that people know it by.
    Resource: searchValue(resource?.name ?? ''),
  };
}
