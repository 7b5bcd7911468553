import { googleApis } from '../../runtime/endpoints.ts';
import { endpointOf, type GooglePlace } from '../../runtime/google-place.ts';

const regional = /^securitycenter\.([a-z0-9-]+)\.rep\.googleapis\.com$/;

/** The location whose findings SCC answers at the endpoint that is set: `global` but with data residency. Source: SCC, regional endpoints. */
export function sccLocation(place: GooglePlace): string {
  const host = endpointOf(place, 'scc', 'observe')?.host ?? googleApis.scc.host;
  return regional.exec(host)?.[1] ?? 'global';
}
