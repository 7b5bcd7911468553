import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** What the system says about a process. */
export interface ProcessFacts {
  readonly alive: boolean;
  /** When it started, in the system's own words: two processes that had one id at different times differ in it. null: unknown. */
  readonly started: string | null;
}

const dead: ProcessFacts = { alive: false, started: null };

/** Whether a process of that id is there, and when it started. */
export async function processFacts(pid: number): Promise<ProcessFacts> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return dead;
    // Any other error says that it is there and belongs to another user.
  }
  switch (process.platform) {
    case 'linux':
      return fromProc(pid);
    case 'win32':
      return { alive: true, started: null };
    default:
      return fromPs(pid);
  }
}

async function fromProc(pid: number): Promise<ProcessFacts> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined); // it ended in between
  if (text === undefined) return dead;
  // proc_pid_stat(5): after the command, which is in parentheses and may hold spaces, field 3 is the state and 22 the start in clock ticks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended; only its parent has not asked for it yet.
  return fields[0] === 'Z' ? dead : { alive: true, started: fields[19] ?? null };
}

function fromPs(pid: number): Promise<ProcessFacts> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { ...process.env, LC_ALL: 'C' } }, (error, stdout) =>
      resolve({ alive: true, started: error ? null : stdout.trim() || null }),
    );
  });
}
