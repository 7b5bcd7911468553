import { createRequire } from 'node:module';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { fieldsSchema, type Fields } from '../../model/fields.ts';
import { parsed } from '../../model/parse.ts';
import { NotPossible } from '../google-errors.ts';
import { toWorkerPool } from '../containment/update-worker-pool.ts';
import { toService } from './service-fields.ts';

const root = protobuf.Root.fromJSON(createRequire(import.meta.url)('@google-cloud/run/build/protos/protos.json'));

/** A value of each field that a plan may write; both modes of scaling, since each has paths of its own. */
const samples: readonly Fields[] = [
  { traffic: [{ type: 'latest', percent: 100 }] },
  { splits: [{ type: 'latest', percent: 100 }] },
  { scaling: { mode: 'manual', manual: 0 } },
  { scaling: { mode: 'automatic', min: 0, max: 100 } },
  { template: { revision: 'web-2', serviceAccount: '' } },
  { invokers: [] },
  { running: [] },
  { exists: false },
  { ingress: 'INGRESS_TRAFFIC_ALL' },
  { invokerIamDisabled: false },
  { defaultUriDisabled: false },
];

/** The paths of the masks with which the engine writes such a resource. The template's is written by the executor itself. */
function pathsOf(write: (change: Fields) => { readonly paths: readonly string[] }): string[] {
  const paths = samples.flatMap((change) => {
    try {
      return write(change).paths;
    } catch (error) {
      if (error instanceof NotPossible) return [];
      throw error;
    }
  });
  return [...new Set(paths)];
}

/** True where the message has that field; a path's segments are in snake_case. Source: run/v2 protos of the pinned client. */
function isInProto(message: string, path: string): boolean {
  const [first = '', ...rest] = path.split('.');
  const { fields } = root.lookupType(message);
  const field = Object.values(fields).find(({ name }) => snakeCase(name) === first);
  if (field === undefined) return false;
  field.resolve();
  return rest.length === 0 || isInProto(field.resolvedType!.fullName, rest.join('.'));
}

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

test('there is a sample of every field', () => {
  const named = new Set(samples.flatMap((one) => Object.keys(one)));
  const all = ['traffic', 'splits', 'scaling', 'template', 'invokers', 'running', 'exists', 'ingress'];
  expect([...named].toSorted()).toEqual([...all, 'invokerIamDisabled', 'defaultUriDisabled'].toSorted());
  for (const one of samples) expect(parsed(fieldsSchema, one, 'sample')).toEqual(one);
  // Another field would need a sample too.
  expect(() => parsed(fieldsSchema, { labels: {} }, 'sample')).toThrow();
});

// A path that nobody knows may turn an update into one of every field: no typing error is refused.
test.each([
  [
    'google.cloud.run.v2.Service',
    [...pathsOf(toService), 'template'],
    [
      'traffic',
      'scaling.scaling_mode',
      'scaling.manual_instance_count',
      'scaling.min_instance_count',
      'scaling.max_instance_count',
      'ingress',
      'invoker_iam_disabled',
      'default_uri_disabled',
      'template',
    ],
  ],
  ['google.cloud.run.v2.WorkerPool', pathsOf(toWorkerPool), ['instance_splits', 'scaling']],
])('every path that is written of a %s is one that its proto has', (message, written, expected) => {
  expect(written.toSorted()).toEqual(expected.toSorted());
  expect(written.filter((path) => !isInProto(message, path))).toEqual([]);
  expect(isInProto(message, 'scaling.manual_instance_counts')).toBe(false);
  expect(isInProto(message, 'scaling.manualInstanceCount')).toBe(false);
});
