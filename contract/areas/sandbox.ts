import type { Area } from '../claim.ts';

/** What exists in the sandbox only. */
export const kernel: Area = {
  title: 'Kernel: identities, faults, time',
  claims: [],
  own: [
    'One port a role; who connects to a port is that identity; nothing is encrypted. It stands in place of service accounts and TLS.',
    'Every service of the loaded definitions is registered; a method that nobody serves answers UNIMPLEMENTED with its name, and is recorded.',
    'Every call is recorded with role, request, status and `x-goog-request-reason` (the last 20,000, in memory).',
    'Faults: fail, apply and then lose the answer, delay; a rule for a method that does not exist is refused.',
    'The clock is this machine’s plus what it was set ahead; it never goes back, across restarts too. The Date header of its HTTP answers is that clock.',
    'The state is one file, replaced whole; what changed something is answered when it is written, some 10 ms later (later when the file is very large).',
  ],
};

/** What the demonstration shows. */
export const demonstration: Area = {
  title: 'The demonstration',
  served:
    'Project, services, people, hashes and addresses are invented; addresses are from the documentation ranges. No sample of a real finding of Cloud Run Threat Detection was at hand.',
  claims: [
    {
      id: 'finding.fields',
      statement: 'the two published findings and their sibling have the fields that the demonstration’s have',
      source: 'Google’s pages on the two findings; finding.proto',
      strength: 'documented',
      check: { none: 'a real finding of Cloud Run Threat Detection takes a real threat' },
    },
    {
      id: 'finding.details',
      statement:
        '`resource.type` google.cloud.run.Service; ports as numbers; `sourceProperties.contextUris.virustotalIndicatorQueryUri` as a list of {displayName, url}; module names; severities (those of the GKE twins); resource named by project id',
      source: 'one test and one mapping of others, for two of them; the rest none',
      strength: 'assumed',
      check: { none: 'a real finding of Cloud Run Threat Detection takes a real threat' },
    },
  ],
  own: [],
};

/** What makes an answer to a threat fail although every call succeeded, or look right and be wrong: the consequences of the claims above. */
export const traps: Area = {
  title: 'Traps',
  served:
    'What makes an answer to a threat fail although every call succeeded, or look right and be wrong: what follows from the claims above. Each is shown by `sandbox/cloud-run/traps.test.ts` under this name.',
  claims: [],
  own: [
    'a failed swap leaves the traffic on the old revision',
    'a swap moves the traffic when the new revision is ready',
    'a new revision of the same image is compromised as well',
    'going back to automatic scaling with one of both counts is refused, with neither it inherits the manual 0',
    'a revision with only a tag starts an instance when somebody asks for it',
    'who knows the address of a tag keeps its revision alive under manual scaling to 0, until the tag is gone',
    'restricted ingress keeps that attacker out, and ends nothing by itself',
    'moved traffic leaves instances idling',
    'a held connection keeps its instance longer still',
    'while traffic is pinned a deployment gets none',
    'a revision that serves, has a tag, or is the latest is not deleted',
    'a deleted revision takes its idle instances with it',
    'inherited bindings are in no policy, and still let callers in',
    'a policy with conditions that is not read in version 3 cannot be written back',
    'a cancelled job runs again',
    'what an update of a job leaves out is lost',
    'somebody else’s change in between makes an update, a policy and a cancellation conflict',
  ],
};
