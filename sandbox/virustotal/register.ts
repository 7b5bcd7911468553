import { parseBody } from '../kernel/parse-body.ts';
import type { Kernel, Section } from '../kernel/service.ts';
import type { HttpService } from '../kernel/start-kernel.ts';
import {
  oddAnswer,
  oddAnswersSection,
  reputationSection,
  reputationSeed,
  seedOddAnswer,
  seedReputation,
} from './answers.ts';
import type { ReputationState } from './answers.ts';
import { virusTotalServer } from './virustotal-server.ts';

/** VirusTotal, whose answers are seeded. `keys`: the API keys that it takes. */
export function registerVirusTotal(
  kernel: Kernel,
  keys: readonly string[],
): { readonly server: HttpService; readonly section: Section<ReputationState> } {
  const section = reputationSection(kernel.store);
  const oddAnswers = oddAnswersSection(kernel.store);
  kernel.routes.add({
    method: 'PUT',
    path: '/virustotal',
    summary:
      'makes an indicator known: {kind: files | ip_addresses | domains, id, attributes: {last_analysis_stats, …} | null}',
    handle: ({ body }) => {
      seedReputation(section, parseBody(reputationSeed, body, 'PUT /virustotal'));
      return {};
    },
  });
  kernel.routes.add({
    method: 'PUT',
    path: '/virustotal/odd-answers',
    summary: 'answers with something else than the API would: {kind, id, status?, mediaType?, text}',
    handle: ({ body }) => {
      seedOddAnswer(oddAnswers, parseBody(oddAnswer, body, 'PUT /virustotal/odd-answers'));
      return {};
    },
  });
  const server = virusTotalServer({ section, oddAnswers, now: kernel.now, quotas: kernel.quotas, keys });
  return { server, section };
}
