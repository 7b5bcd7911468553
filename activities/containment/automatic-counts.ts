import { status } from '@grpc/grpc-js';
import type { ServicesClient } from '@google-cloud/run';
import { sameField } from '../../model/fields.ts';
import type { Fields } from '../../model/fields.ts';
import { grpcCode } from '../google-errors.ts';
import { serviceFields, toService } from '../settings/service-fields.ts';
import { callOptions, type EndedOperation, startedOperation } from './executor.ts';

type Headers = { readonly otherArgs?: object };

const mostTries = 5;

/**
 * The same change without a minimum of 0, for where Cloud Run refuses one that goes to automatic scaling: it takes both counts or neither, and whether a 0
 * that the mask names counts as given is not known. Undefined where that is not the reason.
 */
export function withoutZero(error: unknown, { scaling, ...others }: Fields): Fields | undefined {
  if (grpcCode(error) !== status.INVALID_ARGUMENT || scaling?.mode !== 'automatic' || (scaling.min ?? 0) > 0)
    return undefined;
  return { ...others, scaling: { ...scaling, min: 1 } };
}

/**
 * Sets the counts of automatic scaling where they are not yet as wanted: counts of 0 that went with the change of the mode may have been taken for none,
 * and inherited the manual ones. In automatic mode a 0 is a count. Answers what that took; throws what Cloud Run answers.
 */
export async function setCounts(
  services: ServicesClient,
  name: string,
  { scaling }: Fields,
  headers: Headers,
): Promise<EndedOperation> {
  if (scaling?.mode !== 'automatic') return {};
  for (let tries = 1; ; tries += 1) {
    const [live] = await services.getService({ name }, callOptions);
    const found = serviceFields(live).scaling;
    if (found?.mode !== 'automatic' || sameField('scaling', scaling, found)) return {};
    const { service, paths } = toService({ scaling });
    const request = {
      service: { ...service, name, etag: live.etag ?? '' },
      updateMask: { paths: paths.filter((path) => path !== 'scaling.scaling_mode') },
    };
    try {
      const [answer] = await services.updateService(request, { ...callOptions, ...headers });
      const { generation, ended } = startedOperation(answer);
      await ended();
      return { further: 1, ...(generation !== undefined && { generation }) };
    } catch (error) {
      if (grpcCode(error) !== status.ABORTED || tries === mostTries) throw error;
    }
  }
}
