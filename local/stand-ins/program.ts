// Stands for a program in tests: does what its arguments say, one after the other.
import { appendFileSync } from 'node:fs';

for (const argument of process.argv.slice(2)) {
  const [verb, value = ''] = argument.split(/=(.*)/s);
  switch (verb) {
    case 'say':
      process.stdout.write(`${value}\n`);
      break;
    case 'exit':
      process.exit(Number(value));
      break;
    case 'note-pid':
      appendFileSync(value, `${process.pid}\n`);
      break;
    case 'ignore-sigterm':
      process.on('SIGTERM', () => process.stdout.write('not yet\n'));
      break;
    case 'run':
      setInterval(() => undefined, 60_000);
      break;
    default:
      throw new Error(`unknown: ${argument}`);
  }
}
