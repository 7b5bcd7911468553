import { type InstancesClient, protos } from '@google-cloud/run';
import { canaryLabel, canaryName, type Maker, notAborted, sampleImage, untilDone } from './canary.ts';

export type Instance = protos.google.cloud.run.v2.IInstance;

/** A Cloud Run instance of the run's own. */
export interface InstanceCanary {
  readonly name: string;
  readonly read: () => Promise<Instance>;
  /** Stops or starts it, to the end of the operation. */
  readonly switch: (way: 'stop' | 'start', etag?: string) => Promise<Instance>;
  /** Running, as it was made. */
  readonly restore: () => Promise<void>;
}

/** Makes the instance. */
export async function makeInstance(client: InstancesClient, { pause, ...maker }: Maker): Promise<InstanceCanary> {
  const { project, location, run, serviceAccount } = maker;
  const place = `projects/${project}/locations/${location}`;
  const name = `${place}/instances/${canaryName(maker)}`;
  const read = async (): Promise<Instance> => (await client.getInstance({ name }))[0];
  const done = (operation: string) =>
    untilDone(
      async () =>
        (await client.getOperation(protos.google.longrunning.GetOperationRequest.fromObject({ name: operation })))[0],
      pause,
    );
  const turn: InstanceCanary['switch'] = async (way, etag = '') => {
    const [operation] = await (way === 'stop'
      ? client.stopInstance({ name, etag })
      : client.startInstance({ name, etag }));
    await done(operation.name ?? '');
    return read();
  };
  const [created] = await client.createInstance({
    parent: place,
    instanceId: canaryName(maker),
    instance: {
      labels: { [canaryLabel]: run },
      launchStage: 'BETA',
      containers: [{ image: sampleImage }],
      ...(serviceAccount !== undefined && { serviceAccount }),
    },
  });
  await done(created.name ?? '');
  return {
    name,
    read,
    switch: turn,
    restore: async () => {
      if (String((await read()).terminalCondition?.state) !== 'CONDITION_SUCCEEDED')
        await notAborted(() => turn('start'), pause);
    },
  };
}
