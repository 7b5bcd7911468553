import { expect, test } from 'vitest';
import { type Reality, readReality, switchNames, waysOf } from '../../sandbox/kernel/reality.ts';
import { contractWorld } from './test-contract.ts';

/** Each switch once the other way, a few at a time; every claim is checked in each of these worlds. */
const others = switchNames().flatMap((name) =>
  waysOf(name)
    .slice(1)
    .map((way) => `${name}=${way}`),
);
const worlds: readonly (readonly string[])[] = [
  [],
  others.filter((_, index) => index % 2 === 0),
  others.filter((_, index) => index % 2 === 1),
];

test.each(worlds.map((settings) => [settings.join(' ') || 'the defaults', settings] as const))(
  'the whole of it in the world of %s contradicts exactly what differs',
  async (_, settings) => {
    const reality: Reality = readReality(settings);
    const { run, readReport, canaries } = await contractWorld(reality);
    const { stderr } = await run('--yes');
    const { report } = await readReport();
    const wanted = Object.entries(reality).map(([name, way]) => `${name}=${way}`);
    expect(report.reality.toSorted(), stderr).toEqual(wanted.toSorted());
    expect(canaries()).toEqual([]);
  },
);
