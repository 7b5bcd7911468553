import protobuf from 'protobufjs';
import { z } from 'zod';
import type { UnaryCaller, UnaryMethod } from '../../runtime/unary-grpc.ts';
import { once } from './clients.ts';

/** As much of google/api/serviceusage/v1/{serviceusage,resources}.proto as is used: no client package of it is here. */
const root = protobuf.Root.fromJSON({
  nested: {
    State: { values: { STATE_UNSPECIFIED: 0, DISABLED: 1, ENABLED: 2 } },
    Service: { fields: { name: { type: 'string', id: 1 }, state: { type: 'State', id: 4 } } },
    Request: {
      fields: { parent: { type: 'string', id: 1 }, names: { rule: 'repeated', type: 'string', id: 2 } },
    },
    Answer: { fields: { services: { rule: 'repeated', type: 'Service', id: 1 } } },
  },
});
const [request, answer] = [root.lookupType('Request'), root.lookupType('Answer')];

const answered = z.object({
  services: z
    .array(z.object({ name: z.string(), state: z.enum(['STATE_UNSPECIFIED', 'DISABLED', 'ENABLED']) }))
    .default([]),
});

const batchGet: UnaryMethod<object, z.infer<typeof answered>> = {
  api: 'service-usage',
  path: '/google.api.serviceusage.v1.ServiceUsage/BatchGetServices',
  encode: (message) => request.encode(request.fromObject(message)).finish(),
  decode: (bytes) => answered.parse(answer.toObject(answer.decode(bytes), { enums: String, defaults: true })),
};

/**
 * Which of these APIs are on in a project, by host; one that is not in the answer is not known. At most 30 hosts. Throws the gRPC error; needs
 * serviceusage.services.get.
 */
export async function enabledServices(
  caller: UnaryCaller,
  project: string,
  hosts: readonly string[],
): Promise<ReadonlyMap<string, boolean>> {
  const parent = `projects/${project}`;
  const names = hosts.map((host) => `${parent}/services/${host}`);
  const about = { field: 'parent', resource: parent };
  const { services } = await caller.call(batchGet, { parent, names }, about, once.timeout);
  return new Map(
    services
      .filter(({ state }) => state !== 'STATE_UNSPECIFIED')
      // It may answer with the project's number.
      .map(({ name, state }) => [name.slice(name.lastIndexOf('/') + 1), state === 'ENABLED']),
  );
}
