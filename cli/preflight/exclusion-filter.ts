const comparison = /^([A-Za-z0-9_.]+)\s*=\s*(?:"([^"\\]*)"|([A-Za-z0-9_]+))$/;

/**
 * Whether a filter of Cloud Logging certainly lets no line of Cloud Run through: it is comparisons joined by AND, and one of them asks for another
 * resource type. False for whatever else it says: that it cannot be told. Source: Logging query language.
 */
export function leavesCloudRun(filter: string): boolean {
  const parts = filter.trim().split(/\s+AND\s+|\s*\n\s*/);
  const read = parts.map((part) => comparison.exec(part.trim()));
  if (read.some((match) => match === null)) return false;
  return read.some((match) => {
    const [, field, quoted, bare] = match ?? [];
    return field === 'resource.type' && !/^cloud_run_/i.test(quoted ?? bare ?? 'cloud_run_');
  });
}
