import { InvalidArgumentError, Option } from 'commander';

/** `--port N`. Ports are checked here as far as their number goes; whether they are free is seen at the start. */
export function portOption(description: string): Option {
  return new Option('--port <n>', description).argParser((text) => {
    const port = Number(text);
    if (!/^\d{1,5}$/.test(text) || port < 1024 || port > 65_516)
      throw new InvalidArgumentError('It must be a whole number from 1024 to 65516.');
    return port;
  });
}
