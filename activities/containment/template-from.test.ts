import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { sharedFields, templateFrom } from './template-from.ts';

interface Message {
  readonly fields: Readonly<Record<string, { readonly id: number }>>;
}

/** The package's own definitions: what it says is what there is. */
const definitions = createRequire(import.meta.url)('@google-cloud/run/build/protos/protos.json') as {
  nested: {
    google: { nested: { cloud: { nested: { run: { nested: { v2: { nested: Record<string, Message> } } } } } } };
  };
};
const messages = definitions.nested.google.nested.cloud.nested.run.nested.v2.nested;
const fieldsOf = (name: string): string[] => Object.keys(messages[name]!.fields);

test('everything that a revision and a template share is taken over', () => {
  const shared = fieldsOf('RevisionTemplate').filter((field) => fieldsOf('Revision').includes(field));
  expect([...sharedFields].sort()).toEqual(shared.sort());
});

test('what a template has beyond that is the name, and what is taken from the live template', () => {
  const others = fieldsOf('RevisionTemplate').filter((field) => !fieldsOf('Revision').includes(field));
  expect(others.sort()).toEqual(['healthCheckDisabled', 'revision']);
  const wanted = { revision: 'web-2', serviceAccount: 'quarantine@p.iam.gserviceaccount.com' };
  expect(templateFrom({}, { healthCheckDisabled: true }, wanted)).toMatchObject({
    ...wanted,
    healthCheckDisabled: true,
  });
});

test('labels, annotations and build details that only Cloud Run may write are left out', () => {
  const revision = {
    labels: { team: 'shop', 'serving.knative.dev/route': 'web', 'client.knative.dev/nonce': 'x' },
    annotations: { note: 'mine', 'run.googleapis.com/client-name': 'gcloud', 'autoscaling.knative.dev/maxScale': '3' },
    containers: [{ image: 'web', buildInfo: { functionTarget: 'f' } }],
  };
  const template = templateFrom(revision, null, { revision: 'web-2', serviceAccount: '' });
  expect(template).toMatchObject({
    labels: { team: 'shop', 'client.knative.dev/nonce': 'x' },
    annotations: { note: 'mine' },
    containers: [{ image: 'web' }],
  });
  expect(template.labels).toEqual({ team: 'shop', 'client.knative.dev/nonce': 'x' });
  expect(template.annotations).toEqual({ note: 'mine' });
  expect(template.containers).toEqual([{ image: 'web' }]);
});

test('all containers of a revision and all its volumes come with it', () => {
  const containers = [
    { name: 'agent', image: 'agent', volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    { name: 'web', image: 'web', ports: [{ containerPort: 8080 }], dependsOn: ['agent'] },
  ];
  const volumes = [{ name: 'data', gcs: { bucket: 'b' } }];
  const made = templateFrom({ containers, volumes }, null, { revision: 'web-2', serviceAccount: '' });
  expect(made.containers).toEqual(containers);
  expect(made.volumes).toEqual(volumes);
});
