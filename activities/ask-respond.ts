import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { LRUCache } from 'lru-cache';
import type { ResourceSettings } from '../model/cloud-run.ts';
import type { CloudRunResource } from '../model/finding.ts';
import { grantsAnswerSchema } from '../model/grants.ts';
import { parsed } from '../model/parse.ts';
import type { Target } from '../model/plan.ts';
import type { SealedGrants } from './grants.ts';

/** Asks what respond is granted on a resource of which these are the settings. Throws what is no answer. */
export type AskRespond = (resource: CloudRunResource, settings: ResourceSettings) => Promise<SealedGrants>;

/** Milliseconds: a respond that is away holds up no first look. */
const patience = 1_500;
/** An answer in which nothing lacks serves the cases that come together for so long, milliseconds. What lacks people mend, so that is asked anew. */
const answerLives = 60_000;

/**
 * Respond alone can say what it is granted, and observe looks first: so observe asks it, by an activity of no workflow, and the answer, which respond
 * signs, comes with the first look. In the case's own history it would be six more events. A server without such activities refuses them: then
 * the case asks on its own.
 */
export function respondAsker(taskQueue: string): AskRespond {
  const answers = new LRUCache<string, Promise<SealedGrants>>({ max: 1_000, ttl: answerLives });

  async function ask({ kind, project, location, name }: CloudRunResource): Promise<SealedGrants> {
    const { client, info } = Context.current();
    const target: Target = { kind, project, location, name };
    const { workflowId = '', runId = '' } = info.workflowExecution ?? {};
    const answer = await client.activity.execute('lookAtGrants', {
      id: `grants-${randomUUID()}`,
      taskQueue,
      args: [target, { case: workflowId, run: runId }],
      scheduleToCloseTimeout: patience,
      retry: { maximumAttempts: 1 },
    });
    return parsed(grantsAnswerSchema, answer, 'answer');
  }

  return (resource, settings) => {
    const key = madeFrom(resource, settings);
    const known = answers.get(key) ?? ask(resource);
    answers.set(key, known);
    known.then(
      ({ value }) => value.grants.every(({ answer }) => answer === 'granted') || answers.delete(key),
      () => answers.delete(key),
    );
    return known;
  };
}

/** What an answer hangs on: two resources of a place that run as one account, of images from the same places, are granted the same. */
function madeFrom(
  { kind, project, location }: CloudRunResource,
  { serviceAccount, revisions }: ResourceSettings,
): string {
  const images = revisions.flatMap(({ image, sidecars = [] }) => [image, ...sidecars.map((one) => one.image)]);
  const places = new Set(images.map((image) => image.split('/').slice(0, -1).join('/')));
  return JSON.stringify([kind, project, location, serviceAccount, [...places].sort()]);
}
