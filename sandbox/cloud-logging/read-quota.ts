import { createQuota } from '../kernel/quota.ts';
import type { Quota } from '../kernel/quota.ts';
import { resourceExhausted } from '../kernel/refuse.ts';

/** Counts read calls: 60 a minute a project. The answer is RESOURCE_EXHAUSTED, without a hint when to come back. */
export function readQuota(now: () => number): (project: string) => void {
  const quotas = new Map<string, Quota>();
  return (project) => {
    const quota = quotas.get(project) ?? createQuota(60, 60_000, now);
    quotas.set(project, quota);
    if (quota.take()) return;
    throw resourceExhausted(
      `Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute' of service 'logging.googleapis.com' for consumer 'project:${project}'.`,
    );
  };
}
