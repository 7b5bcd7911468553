import { type Switch, switches, switchNames, waysOf, type World, worldOf } from '../../sandbox/kernel/reality.ts';

/** What no containment meets: how findings are delivered. */
const ofIntake: ReadonlySet<Switch> = new Set(['dead-letters']);

/** The switches that change what a containment and its way back meet. */
export const metByContainment: readonly Switch[] = switchNames().filter((name) => !ofIntake.has(name));

/** A way of one switch together with a way of another. */
type Pair = readonly [Switch, string, Switch, string];

/** Every pair of ways that two of the switches can have at once. */
export function pairsOf(names: readonly Switch[]): Pair[] {
  return names.flatMap((left, index) =>
    names
      .slice(index + 1)
      .flatMap((right) => waysOf(left).flatMap((way) => waysOf(right).map((other): Pair => [left, way, right, other]))),
  );
}

/** True where the world has both ways of the pair. */
export function has(world: World, [left, way, right, other]: Pair): boolean {
  return world[left] === way && world[right] === other;
}

/**
 * Few worlds in which every pair of ways occurs: most of what two switches do together is seen without playing all combinations. The first is the
 * world of the defaults, the second has the last way of each; the same on every run.
 */
export function pairwiseWorlds(names: readonly Switch[] = metByContainment): World[] {
  const worlds = [worldOf(), worldOf(Object.fromEntries(names.map((name) => [name, waysOf(name).at(-1)])))];
  let open = pairsOf(names).filter((pair) => !worlds.some((world) => has(world, pair)));
  while (open.length > 0) {
    const made = worldWithMost(open, names);
    worlds.push(made);
    open = open.filter((pair) => !has(made, pair));
  }
  return worlds;
}

/** The first open pair, and for each other switch the way that settles the most open pairs with what is chosen so far. */
function worldWithMost(open: readonly Pair[], names: readonly Switch[]): World {
  const [first] = open;
  const chosen = new Map<Switch, string>(
    first === undefined
      ? []
      : [
          [first[0], first[1]],
          [first[2], first[3]],
        ],
  );
  for (const name of names) {
    if (chosen.has(name)) continue;
    const score = (way: string): number =>
      open.filter(([left, one, right, other]) => {
        if (left === name) return one === way && (chosen.get(right) ?? other) === other;
        return right === name && other === way && (chosen.get(left) ?? one) === one;
      }).length;
    const [best] = waysOf(name).toSorted((left, right) => score(right) - score(left));
    chosen.set(name, best!);
  }
  return worldOf(Object.fromEntries(chosen));
}

/** A world by where it differs from the defaults, as one would type it. */
export function nameOf(world: World): string {
  const defaults = worldOf();
  const set = Object.keys(switches).flatMap((name) => {
    const way = world[name as Switch];
    return way === defaults[name as Switch] ? [] : [`${name}=${way}`];
  });
  return set.join(' ') || 'all as recorded';
}
