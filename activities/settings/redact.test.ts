import { expect, test } from 'vitest';
import { withoutEnvironmentValues } from './redact.ts';

const secret = 'hunter2-planted';

test('of settings no value of a variable is kept, and no secret in arguments, labels and annotations; what names something stays', () => {
  const kept = {
    name: 'projects/p/locations/l/services/token-service',
    volumes: [
      { name: 'v', secret: { secret: 'projects/p/secrets/db-password', items: [{ path: 'key', version: '1' }] } },
    ],
    executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
    image: `gcr.io/p/secret-service@sha256:${'0f'.repeat(32)}`,
  };
  const variable = { name: 'DB', valueSource: { secretKeyRef: { secret: 'projects/p/secrets/db', version: '2' } } };
  const shown = withoutEnvironmentValues({
    ...kept,
    labels: { env: 'prod', 'api-key': secret },
    annotations: { note: `token=${secret}`, 'run.googleapis.com/client-name': 'gcloud' },
    containers: [
      {
        command: ['/usr/bin/mysqldump'],
        args: [`-p${secret}`, '--token', secret, '--host=db'],
        env: [{ name: 'A', value: secret }, variable],
      },
    ],
  });
  const mark = expect.stringMatching(/^\[masked sha256:[0-9a-f]{16}…\]$/) as string;
  expect(JSON.stringify(shown)).not.toContain(secret);
  expect(shown).toEqual({
    ...kept,
    labels: { env: 'prod', 'api-key': mark },
    annotations: {
      note: expect.stringMatching(/^token=\[masked/) as string,
      'run.googleapis.com/client-name': 'gcloud',
    },
    containers: [
      {
        command: ['/usr/bin/mysqldump'],
        args: [expect.stringMatching(/^-p\[masked/) as string, '--token', mark, '--host=db'],
        env: [{ name: 'A', value: '[removed]' }, variable],
      },
    ],
  });
});
