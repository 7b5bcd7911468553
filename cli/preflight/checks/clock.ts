import { googleApis } from '../../../runtime/endpoints.ts';
import { endpointOf, isSandbox, type GooglePlace } from '../../../runtime/google-place.ts';
import { messageOf } from '../../../runtime/errors.ts';
import type { Check, Preflight } from '../check.ts';
import { attention, failed, type Line, notKnown, ok } from '../line.ts';

/** Seconds by which clocks may differ: a Date header is whole seconds, and travels. */
const fine = 3;
/** Beyond this credentials are refused, decisions are early or stale, and findings are ahead of the clock. */
const broken = 60;

/** Whether this machine's clock is right, against the Date of the API that findings come from. */
export const clock: Check = { name: 'clock', asksGoogle: false, look };

async function look({ configuration: { google }, signal }: Preflight): Promise<Line[]> {
  const url = addressOf(google);
  let date: string | null;
  const sent = Date.now();
  try {
    const { headers } = await fetch(url, { method: 'HEAD', redirect: 'manual', signal });
    date = headers.get('date');
  } catch (error) {
    return [
      notKnown(
        `${url} does not answer: ${messageOf(error).slice(0, 200)}`,
        'Look whether time is kept by NTP: timedatectl',
      ),
    ];
  }
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return [notKnown(`${url} says no time`, 'Look whether time is kept by NTP: timedatectl')];
  // It was made between the two.
  const ours = (sent + Date.now()) / 2;
  const ahead = Math.round((ours - theirs) / 1000);
  const words = `${Math.abs(ahead)} s ${ahead < 0 ? 'behind' : 'ahead of'} ${new URL(url).host}`;
  const todo = 'Set it by NTP: timedatectl set-ntp true';
  if (Math.abs(ahead) <= fine) return [ok(`within ${fine} s of ${new URL(url).host}`)];
  return [Math.abs(ahead) <= broken ? attention(words, todo) : failed(words, todo)];
}

function addressOf(place: GooglePlace): string {
  if (isSandbox(place)) return `http://${place.host}:${place.port}/health`;
  const { host, port, plain } = endpointOf(place, 'scc', 'observe') ?? {
    host: googleApis.scc.host,
    port: 443,
    plain: false,
  };
  return `${plain ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}
