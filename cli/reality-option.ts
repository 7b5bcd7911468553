import { InvalidArgumentError, Option } from 'commander';
import { messageOf } from '../runtime/errors.ts';
import { readReality } from '../sandbox/kernel/reality.ts';

/** `--reality NAME=WAY`, as often as there are switches to set: how the sandbox plays what is not known of the real services. */
export function realityOption(): Option {
  return new Option('--reality <name=way>', 'one way to play what is not known of the real services; repeatable')
    .default([], 'see below')
    .argParser((setting: string, before: readonly string[]) => {
      try {
        readReality([setting]);
      } catch (error) {
        throw new InvalidArgumentError(messageOf(error));
      }
      return [...before, setting];
    });
}
