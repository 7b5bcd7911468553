import { isJsonObject } from '../../model/json.ts';
import { say } from '../terminal/output.ts';
import { readJsonFile } from '../terminal/input.ts';
import { shown } from '../terminal/shown.ts';
import { askSandbox } from './control-api.ts';

/** Makes each file's finding exist in the sandbox's SCC, and sends it. Throws UserError on the first that is refused. */
export async function publishFiles(address: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const answer = await askSandbox(address, 'POST', '/publish', await readJsonFile(file));
    const name = isJsonObject(answer) && typeof answer['name'] === 'string' ? answer['name'] : file;
    say(`published ${shown(name)}`);
  }
}
