// `node up-process.ts STATE-DIR [PORT]`: runs `up` with stand-ins for Firebreak's processes, as `firebreak up` does.
import { stopOnSignals } from '../stop-signals.ts';
import { up } from '../up.ts';
import { standInChildren } from './children.ts';

const [stateDir = '', port] = process.argv.slice(2);
const log = (line: string): void => console.error(line);
try {
  const system = await up(
    { stateDir, port: port === undefined ? undefined : Number(port), log, signal: stopOnSignals(log) },
    standInChildren,
  );
  console.log(JSON.stringify(system.details));
  const reason = await system.ended;
  if (reason) throw reason;
  console.log('ended');
} catch (error) {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exit(1);
}
