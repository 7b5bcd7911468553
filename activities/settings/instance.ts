import type { protos } from '@google-cloud/run';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import type { EvidenceReference } from '../../model/evidence.ts';
import type { FirstSign } from '../../model/requests.ts';
import { timeText } from '../plain-json.ts';
import { workloadFlags } from './flags.ts';
import { instanceFields } from './instance-fields.ts';
import { openFlags, type Place } from './service.ts';
import { secretsOf } from './workload.ts';

/** What was read of a Cloud Run instance. Its policy is not: the client has no method for it. */
export interface InstanceObjects {
  readonly instance: protos.google.cloud.run.v2.IInstance;
}

/** What plans and people need of the settings of a Cloud Run instance. */
export function instanceSettings(
  place: Place,
  { instance }: InstanceObjects,
  sign: FirstSign | undefined,
  evidence: EvidenceReference,
): ResourceSettings {
  const publicInvoker = instance.invokerIamDisabled === true ? 'yes' : 'unknown';
  const [creator, lastModifier, updateTime] = [
    instance.creator ?? '',
    instance.lastModifier ?? '',
    timeText(instance.updateTime),
  ];
  return {
    ...place,
    uri: instance.urls?.[0] ?? '',
    lastModifier,
    updateTime,
    publicInvoker,
    serviceAccount: instance.serviceAccount ?? '',
    fields: instanceFields(instance),
    latestReadyRevision: '',
    revisions: [],
    executions: [],
    secretNames: secretsOf(instance),
    flags: [
      ...openFlags(instance, publicInvoker),
      ...workloadFlags(
        {
          template: instance,
          running: [],
          marked: instance,
          binaryAuthorization: instance.binaryAuthorization,
          creator,
          lastModifier,
          deployments: [{ name: place.name, time: updateTime, by: lastModifier }],
          // What a tag was resolved to. Source: run/v2/container_status.proto.
          images: (instance.containerStatuses ?? []).map(({ imageDigest }) => imageDigest ?? ''),
        },
        sign,
      ),
    ],
    evidence,
  };
}
