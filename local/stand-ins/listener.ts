// Stands for a server in tests: answers at each port that it is given, until it is asked to end.
import { createServer } from 'node:net';

for (const port of process.argv.slice(2)) createServer().listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
