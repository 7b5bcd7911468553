import type { Sandbox } from '../../../sandbox/start-sandbox.ts';

const reading = /\/(?:Get|List|Wait|TestIam)\w+$/;

/** The calls that changed something on Cloud Run, validations apart: of one resource by its short name, else of all. */
export function changesIn({ control }: Pick<Sandbox, 'control'>, name = ''): string[] {
  const named = new RegExp(name === '' ? '' : `/${name}(?![A-Za-z0-9-])`);
  return control
    .calls()
    .filter(
      ({ method, request, code, fault }) =>
        method.startsWith('google.cloud.run.') &&
        !reading.test(method) &&
        (request as { validateOnly?: boolean }).validateOnly !== true &&
        (code === 'OK' || fault === 'apply-then-lose') &&
        named.test(JSON.stringify(request)),
    )
    .map(({ method }) => method.replace(/^.*\./, ''));
}
