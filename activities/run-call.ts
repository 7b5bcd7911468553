/** Which job a call of Cloud Run's Admin API runs. The project is an id or a number, as it is written. */
export interface RunCall {
  readonly project: string;
  readonly location: string;
  readonly job: string;
}

const host = /^(?:([a-z0-9-]+)-)?run\.googleapis\.com$/;
const v2 = /^\/v2\/projects\/([^/]+)\/locations\/([^/]+)\/jobs\/([^/:]+):run$/;
const v1 = /^\/apis\/run\.googleapis\.com\/v1\/namespaces\/([^/]+)\/jobs\/([^/:]+):run$/;

/**
 * The job that a POST to this address runs, null for every other address. Version 1 names the location in its host alone; version 2 in its path, and
 * its host may. Sources: run/v2/job.proto, RunJob; Google's Terraform sample jobs_execute_jobs_on_schedule.
 */
export function runCallOf(uri: string): RunCall | null {
  const url = URL.parse(uri);
  if (url === null || url.protocol !== 'https:' || url.port !== '') return null;
  const at = host.exec(url.hostname);
  if (at === null) return null;
  const [, byHost] = at;
  const [, project, location, job] = v2.exec(url.pathname) ?? [];
  if (project !== undefined && location !== undefined && job !== undefined)
    return byHost === undefined || byHost === location ? { project, location, job } : null;
  const [, namespace, name] = v1.exec(url.pathname) ?? [];
  if (namespace === undefined || name === undefined || byHost === undefined) return null;
  return { project: namespace, location: byHost, job: name };
}

/** True where both may be one project. An id and a number cannot be compared, so they may. */
export function mayBeSameProject(one: string, other: string): boolean {
  return one === other || isNumber(one) !== isNumber(other);
}

function isNumber(project: string): boolean {
  return /^\d+$/.test(project);
}
