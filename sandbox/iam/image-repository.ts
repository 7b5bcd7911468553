/** Hosts of Container Registry, whose images are in Artifact Registry under the host's name. */
const locations: ReadonlyMap<string, string> = new Map([
  ['gcr.io', 'us'],
  ['us.gcr.io', 'us'],
  ['eu.gcr.io', 'europe'],
  ['asia.gcr.io', 'asia'],
]);

/** The repository of Artifact Registry that an image is in (`projects/P/locations/L/repositories/R`); null for an image from elsewhere. */
export function repositoryOf(image: string): string | null {
  const [, location, project, repository] = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/./.exec(image) ?? [];
  if (location !== undefined) return `projects/${project}/locations/${location}/repositories/${repository}`;
  const [, host = '', owner] = /^((?:[a-z]+\.)?gcr\.io)\/([^/]+)\/./.exec(image) ?? [];
  const at = locations.get(host);
  return at === undefined ? null : `projects/${owner}/locations/${at}/repositories/${host}`;
}
