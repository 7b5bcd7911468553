/** As the version of the API that was called names things, or as Google names what it does itself. */
export type Form = 'v2' | 'v1' | 'event';

/** v1 replaces what v2 updates. */
const replaced = /\.Update(Service|Job|WorkerPool)$/;

/** The method and the resource of an entry in that form, from those of v2. */
export function auditNames(
  { method, resource }: { readonly method: string; readonly resource: string },
  form: Form,
): { readonly methodName: string; readonly resourceName: string } {
  if (form === 'v2') return { methodName: method, resourceName: resource };
  const ofV1 = method.replace(replaced, '.Replace$1').replace('google.cloud.run.v2.', '');
  const [, project = ''] = resource.split('/');
  const [collection = '', name = ''] = resource.split('/').slice(-2);
  return {
    methodName: form === 'event' ? `/${ofV1}` : `google.cloud.run.v1.${ofV1}`,
    resourceName: `namespaces/${project}/${collection.toLowerCase()}/${name}`,
  };
}
