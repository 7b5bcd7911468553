import { expect, test } from 'vitest';
import { deleteService } from './delete-service.ts';
import { exampleContext } from './example-context.ts';

test('the service goes with all its revisions, whatever is known of them, and nothing gives it back', () => {
  const plan = deleteService.build({ ...exampleContext('service'), bad: null, good: null });
  expect(plan?.actions).toMatchObject([
    { kind: 'delete', precondition: { exists: true }, change: { exists: false }, inverse: null },
  ]);
  expect(plan?.actions[0]?.target.revision).toBeUndefined();
  expect(plan?.undo).toMatch(/^It cannot be undone/);
});
