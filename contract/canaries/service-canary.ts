import { protos, type ServicesClient } from '@google-cloud/run';
import { NotCheckedError } from '../errors.ts';
import { canaryLabel, canaryName, type Maker, notAborted, sampleImage, untilDone } from './canary.ts';

export type Service = protos.google.cloud.run.v2.IService;

/** A service of the run's own, with two revisions, that takes all its traffic on the newer. */
export interface ServiceCanary {
  readonly name: string;
  /** Short names. */
  readonly older: string;
  readonly newer: string;
  readonly read: () => Promise<Service>;
  /** Begins an update; answers the operation's name. */
  readonly begin: (change: Service, paths: readonly string[], validateOnly?: boolean) => Promise<string>;
  /** Where that operation stands. */
  readonly look: (operation: string) => Promise<protos.google.longrunning.IOperation>;
  /** An update, to the end of its operation, tried again where it is ABORTED. Answers the service after it. */
  readonly change: (change: Service, paths: readonly string[]) => Promise<Service>;
  /** Lets everybody on the internet in, once for the run, and waits until somebody gets through. Answers the default address. */
  readonly open: () => Promise<string>;
  /** Everything that checks change but who may invoke it, as it was made. */
  readonly restore: () => Promise<void>;
}

/** Both counts given, neither 0: from manual scaling too this is the way back that is not in doubt. */
const scaling = { scalingMode: 'AUTOMATIC', minInstanceCount: 1, maxInstanceCount: 2 } as const;
const written = ['traffic', 'scaling', 'ingress', 'labels', 'description', 'default_uri_disabled'];

/** Makes the service and its second revision. */
export async function makeService(client: ServicesClient, maker: Maker): Promise<ServiceCanary> {
  const { project, location, run, serviceAccount, pause, ask } = maker;
  let opened: Promise<string> | undefined;
  const labels = { [canaryLabel]: run };
  const place = `projects/${project}/locations/${location}`;
  const name = `${place}/services/${canaryName(maker)}`;
  const template = (revision: string) => ({
    containers: [{ image: sampleImage, env: [{ name: 'CONTRACT_REVISION', value: revision }] }],
    ...(serviceAccount !== undefined && { serviceAccount }),
  });
  const asMade: Service = {
    name,
    labels,
    traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
    scaling,
    ingress: 'INGRESS_TRAFFIC_ALL',
    description: '',
  };

  const read = async (): Promise<Service> => (await client.getService({ name }))[0];
  const begin: ServiceCanary['begin'] = async (change, paths, validateOnly = false) => {
    const [operation] = await client.updateService({
      service: { ...change, name },
      updateMask: { paths: [...paths] },
      validateOnly,
    });
    return operation.name ?? '';
  };
  const look: ServiceCanary['look'] = async (operation) =>
    (await client.getOperation(protos.google.longrunning.GetOperationRequest.fromObject({ name: operation })))[0];
  const change: ServiceCanary['change'] = async (wanted, paths) => {
    const operation = await notAborted(() => begin(wanted, paths), pause);
    await untilDone(() => look(operation), pause);
    return read();
  };

  const [created] = await client.createService({
    parent: place,
    serviceId: canaryName(maker),
    service: { ...asMade, name: '', template: template('1') },
  });
  await untilDone(() => look(created.name ?? ''), pause);
  const first = await read();
  const second = await change({ template: template('2') }, ['template']);
  return {
    name,
    older: shortName(first.latestReadyRevision),
    newer: shortName(second.latestReadyRevision),
    read,
    begin,
    look,
    change,
    open: () => (opened ??= openTo(client, name, { pause, ask })),
    restore: async () => {
      const now = await read();
      // One that did not get ready would fail every update after it.
      const failed = now.latestCreatedRevision !== now.latestReadyRevision;
      await change(
        { ...asMade, ...(failed && { template: template(`mended ${Number(now.generation)}`) }) },
        failed ? [...written, 'template'] : written,
      );
    },
  };
}

/** Seconds that a changed policy has until it is in force; Google's page says seven minutes or more. */
const policyPatience = 900;

async function openTo(
  client: ServicesClient,
  name: string,
  { pause, ask }: Pick<Maker, 'pause' | 'ask'>,
): Promise<string> {
  await client.setIamPolicy({
    resource: name,
    policy: { bindings: [{ role: 'roles/run.invoker', members: ['allUsers'] }] },
  });
  const [{ uri }] = await client.getService({ name });
  for (let waited = 0; waited < policyPatience; waited += 10) {
    if ((await ask(uri ?? '')).status === 200) return uri ?? '';
    await pause(10);
  }
  throw new NotCheckedError(`nobody gets through to the canary ${policyPatience} s after it was opened to everybody`);
}

/** The last segment of a name. */
export function shortName(name: string | null | undefined): string {
  return name?.split('/').at(-1) ?? '';
}
