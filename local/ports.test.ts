import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { assertPortsFree, BasePortError, freePortBase, planPorts, PortInUseError } from './ports.ts';

test('a port in use is named, with what it is for and what to type', async () => {
  const plan = planPorts(await freePortBase());
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(plan.sandbox + 4, '127.0.0.1', resolve));
  try {
    const error = await assertPortsFree(plan).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PortInUseError);
    expect(error).toHaveProperty(
      'message',
      expect.stringContaining(`port ${plan.sandbox + 4} (the sandbox) is in use`),
    );
    expect(error).toHaveProperty('message', expect.stringContaining('--port N'));
  } finally {
    other.close();
  }
  await expect(assertPortsFree(plan)).resolves.toBeUndefined();
});

test('bases for tests never overlap', async () => {
  const bases = await Promise.all(Array.from({ length: 8 }, () => freePortBase()));
  const sorted = bases.toSorted((a, b) => a - b);
  for (const [index, base] of sorted.entries()) {
    if (index > 0) expect(base - sorted[index - 1]!).toBeGreaterThanOrEqual(20);
  }
});

test.each([0, 80, 65_517, 7600.5, Number.NaN])('base port %s is refused', (base) => {
  expect(() => planPorts(base)).toThrow(BasePortError);
});
