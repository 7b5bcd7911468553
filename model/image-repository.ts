/** Where what is pushed to a host of Container Registry is kept in Artifact Registry. Source: Artifact Registry, gcr.io support. */
const registryHosts: Readonly<Record<string, string>> = {
  'gcr.io': 'us',
  'us.gcr.io': 'us',
  'eu.gcr.io': 'europe',
  'asia.gcr.io': 'asia',
};

/**
 * The repository of Artifact Registry that an image is in, by its full name; null for one elsewhere, such as on Docker Hub: Google asks for no
 * permission of the caller's there. A project's id may be scoped by a domain (`example.com/project`).
 */
export function repositoryOf(image: string): string | null {
  const [host = '', ...path] = image.split('/');
  const scoped = path[0]?.includes('.') === true;
  const project = scoped ? `${path[0]}:${path[1] ?? ''}` : path[0];
  const rest = path.slice(scoped ? 2 : 1);
  if (project === undefined || rest.length === 0) return null;
  const [, location] = /^([a-z0-9-]+)-docker\.pkg\.dev$/.exec(host) ?? [];
  if (location !== undefined)
    return rest.length < 2 ? null : `projects/${project}/locations/${location}/repositories/${rest[0]}`;
  const at = Object.hasOwn(registryHosts, host) ? registryHosts[host] : undefined;
  return at === undefined ? null : `projects/${project}/locations/${at}/repositories/${host}`;
}
