import type { Finding } from '../../model/finding.ts';
import type { Indicator } from '../../model/investigation.ts';
import { addressText } from '../../model/ip-address.ts';
import { isAsked } from './indicators.ts';

/** A public host name: letters, digits and hyphens in at least two labels, the last one no number. */
const hostName = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/;

/** Hosts that everybody's workloads speak with, or that exist in one network only: nothing to ask about, and nobody else's business. */
const ownHosts =
  /(?:^|\.)(?:googleapis\.com|run\.app|internal|local|localhost|localdomain|lan|home|corp|intranet|test|onion|arpa)$/;

/** Domains and hosts of URLs that SCC names. Of a URL only the host is asked about: user, password, path and query may be secrets. */
export function reportedHosts({ indicator }: Finding): Indicator[] {
  const domains = indicator.domains.map((domain) => ({ host: hostOf(`http://${domain}`), from: 'SCC’s indicator' }));
  const urls = indicator.uris.map((uri) => ({ host: hostOf(uri), from: 'the host of a URL in SCC’s indicator' }));
  return [...urls, ...domains].flatMap(({ host, from }): Indicator[] => {
    if (isAsked(host)) return [{ kind: 'ip-address', value: host, from }];
    return hostName.test(host) && !ownHosts.test(host) ? [{ kind: 'domain', value: host, from }] : [];
  });
}

/** The host of a URL as it is resolved (lower case, IDNs in their ASCII form, odd forms of addresses as addresses); empty where there is none. */
function hostOf(text: string): string {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null) return '';
  return addressText(url.hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase());
}
