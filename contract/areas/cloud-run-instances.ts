import { answered } from '../answers.ts';
import { by, type Claim, holds } from '../claim.ts';

/** When instances come and go. Most of it takes longer, or more of them, than a check should: nothing of it is rested on without being looked at. */
export const instanceClaims: readonly Claim[] = [
  {
    id: 'instance.minimum',
    statement: 'a revision’s own minimum counts while it has traffic or a tag; without either it has none',
    source: 'page "Set minimum instances (services)"; condition.proto, MIN_INSTANCES_NOT_PROVISIONED',
    strength: 'documented',
    check: { none: 'counts come minutes late, one revision after the other' },
  },
  {
    id: 'instance.tag-minimum',
    statement:
      'a revision reachable only through a tag keeps its own minimum under manual scaling too, beside the manual count',
    source: 'page "Manual scaling"',
    strength: 'documented',
    check: { none: 'counts come minutes late, one revision after the other' },
  },
  {
    id: 'instance.idle',
    statement:
      'after traffic moved away instances idle for up to 15 minutes and then end; the sandbox always takes the whole time',
    source: 'page "About instance autoscaling" (quoted second hand): at most 15 minutes',
    strength: 'documented',
    check: { none: 'a quarter of an hour of waiting, for a number that is an upper bound' },
  },
  {
    id: 'instance.grace',
    statement: 'an instance that is ended gets SIGTERM and has 10 s',
    source: 'Google’s blog, "Graceful shutdowns on Cloud Run: Deep dive"',
    strength: 'documented',
    check: { none: 'the sample image writes nothing when it is told to end' },
  },
  {
    id: 'instance.back-in-use',
    statement: 'an idle instance is taken back into use when traffic returns; one that got SIGTERM is not',
    source: 'none',
    strength: 'assumed',
    check: { none: 'instances cannot be told apart by an answer' },
  },
  {
    id: 'instance.held-connection',
    statement:
      'requests in flight run to completion when traffic moves, and their instance then idles; SIGTERM ends it after its time of grace all the same',
    source:
      'page "Rollbacks, gradual rollouts, and traffic migration"; after-hours-site-continuity-fleet, gate e; that it idles for the whole time is a guess',
    strength: 'live write-up',
    check: { none: 'the sample image answers at once' },
  },
  {
    id: 'instance.restricted-ingress',
    statement:
      'restricted ingress, a moved share and a removed invoker keep requests out, and end no instance by themselves',
    source: 'page "Restrict network ingress"; that instances live on is a guess',
    strength: 'assumed',
    check: { none: 'an instance that idles and one that is gone look alike for minutes' },
  },
];

/** An etag that no version has. */
const noEtag = '"THIS-IS-NO-ETAG"';

/** The resource that is called an instance: one container group that is told to run or not. */
export const instanceResourceClaims: readonly Claim[] = [
  {
    id: 'instance-resource.runs',
    statement:
      'a Cloud Run instance runs from its creation until it is stopped, and from its start on; stopped it stays, with all its settings. Its terminal condition has the type `Running`, and is CONDITION_PENDING when it is stopped',
    source:
      'page "Cloud Run instance lifecycle" (preview); the type is gcloud’s; the state of a stopped one is a guess (it may be CONDITION_FAILED: the engine takes either)',
    strength: 'assumed',
    check: by(['instance'], async ({ canaries }) => {
      const instance = await canaries.instance();
      const running = await instance.read();
      const stopped = await instance.switch('stop');
      const again = await instance.switch('start');
      const states = [running, stopped, again].map(({ terminalCondition }) => String(terminalCondition?.state));
      const image = stopped.containers?.[0]?.image;
      return holds(
        stopped.terminalCondition?.type === 'Running' &&
          states.join() === 'CONDITION_SUCCEEDED,CONDITION_PENDING,CONDITION_SUCCEEDED' &&
          image !== undefined &&
          image === running.containers?.[0]?.image,
        `${String(stopped.terminalCondition?.type)}: ${states.join(', then ')}`,
      );
    }),
  },
  {
    id: 'instance-resource.stops',
    statement:
      'stopping what is stopped, or starting what runs, is FAILED_PRECONDITION; stopping gives SIGTERM and its operation is done when the time of grace is over; it moves the generation',
    source:
      'page "Create and manage Cloud Run instances", instance.proto; the code, the time and the generation are a guess',
    strength: 'assumed',
    check: by(['instance'], async ({ canaries }) => {
      const instance = await canaries.instance();
      const before = await instance.read();
      const started = await answered(() => instance.switch('start'));
      const stopped = await instance.switch('stop');
      const again = await answered(() => instance.switch('stop'));
      return holds(
        started.code === 'FAILED_PRECONDITION' &&
          again.code === 'FAILED_PRECONDITION' &&
          Number(stopped.generation) === Number(before.generation) + 1,
        `starting what runs ${started.code}, stopping what is stopped ${again.code}, generation ${Number(before.generation)}, then ${Number(stopped.generation)}`,
      );
    }),
  },
  {
    id: 'instance-resource.etag',
    statement: 'stopping and starting with the etag of another version is ABORTED',
    source: 'instance.proto, StopInstanceRequest.etag; the code, and that it is enforced, is a guess',
    strength: 'assumed',
    check: by(['instance'], async ({ canaries }) => {
      const { code, said } = await answered(async () => (await canaries.instance()).switch('stop', noEtag));
      return holds(code === 'ABORTED', `answered ${said}`);
    }),
  },
  {
    id: 'instance-resource.lines',
    statement: 'lines of an instance have the resource cloud_run_instance (project_id, location, instance_name)',
    source: 'tools that read them filter so',
    strength: 'assumed',
    check: { none: 'the sandbox’s instances write only where they are compromised' },
  },
];
