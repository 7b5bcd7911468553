import { by, type Area, holds } from '../claim.ts';
import type { HttpAnswer } from '../ground.ts';

/** A hash that nothing has: the answer to it is the same for everybody. */
const unknownHash = 'f'.repeat(64);

/** VirusTotal, API v3. */
export const virusTotal: Area = {
  title: 'VirusTotal (API v3)',
  served: 'Served: `GET /api/v3/files/{hash}`, `/ip_addresses/{ip}`, `/domains/{domain}`.',
  claims: [
    {
      id: 'virustotal.unknown',
      statement: 'what it does not know is a 404 with the code NotFoundError',
      source: 'VirusTotal API v3 documentation, errors',
      strength: 'documented',
      check: by(['virustotal'], async ({ askVirusTotal }) => {
        const answer = await askVirusTotal(`files/${unknownHash}`);
        return holds(answer.status === 404 && codeIn(answer) === 'NotFoundError', shown(answer));
      }),
    },
  ],
  own: [],
};

function codeIn({ body }: HttpAnswer): string {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function shown(answer: HttpAnswer): string {
  return `answered ${answer.status} ${codeIn(answer)}`.trimEnd();
}
