// Preloaded (`node --import`) by `npm start` and by the launcher: ends this process in order when the one that started it is gone, however it
// went. npm hands on SIGINT and SIGTERM only; at SIGHUP or SIGKILL it is just gone. The system then gives this process another parent, which
// is the one sign of it that needs no channel between the two. Plain JavaScript, since the launcher runs under whatever Node there is.
import { readFileSync } from 'node:fs';

/** Milliseconds; below the time in which two requests to stop count as one (stop-signals.ts). */
const interval = 500;

/** The parent. Where that is the shell that npx puts between (dash stays; other shells turn into the command), also the shell's. */
function starters() {
  // proc_pid_stat(5): id, (command), state, parent.
  const [, behindShell = ''] = /^\d+ \(sh\) \S (\d+)/.exec(statOf(process.ppid)) ?? [];
  return `${process.ppid} ${behindShell}`;
}

/** Empty where there is no such file: it has just ended, or this is macOS, whose shell does not stay. */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

const first = starters();
const timer = setInterval(() => {
  if (starters() === first) return;
  clearInterval(timer);
  // As if asked to stop: the process's own handler runs, or the default ends it at once.
  process.kill(process.pid, 'SIGTERM');
}, interval);
timer.unref();
