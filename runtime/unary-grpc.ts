import { type ChannelCredentials, Client, credentials, Metadata } from '@grpc/grpc-js';
import type { ServicesClient } from '@google-cloud/run';
import { type GoogleApi, googleApis } from './endpoints.ts';
import { googleEndpoint } from './google-clients.ts';
import type { GoogleIdentity, GooglePlace } from './google-place.ts';

/** A method of an API that no client package here is for. */
export interface UnaryMethod<Request, Answer> {
  readonly api: GoogleApi;
  /** `/google.iam.admin.v1.IAM/TestIamPermissions`. */
  readonly path: string;
  readonly encode: (request: Request) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Answer;
}

/** Calls such methods as one identity. */
export interface UnaryCaller {
  /** `about`: the resource as the request names it (`name=…`), by which Google finds the way. Milliseconds. Throws the gRPC error. */
  call<Request, Answer>(
    method: UnaryMethod<Request, Answer>,
    request: Request,
    about: { readonly field: string; readonly resource: string },
    patience: number,
  ): Promise<Answer>;
  close(): Promise<void>;
}

/** A caller with a role's identity: in the sandbox by its port, on Google Cloud with the credentials of a client of that process. */
export function unaryCaller(
  place: GooglePlace,
  identity: GoogleIdentity,
  { auth }: Pick<ServicesClient, 'auth'>,
): UnaryCaller {
  const clients = new Map<GoogleApi, Promise<Client>>();

  async function connected(api: GoogleApi): Promise<Client> {
    const { apiEndpoint = googleApis[api].host, port = 443, sslCreds } = googleEndpoint(place, identity, api);
    return new Client(`${apiEndpoint}:${port}`, sslCreds ?? (await googleCredentials(auth)));
  }

  /** What could not be connected is tried anew. */
  function clientOf(api: GoogleApi): Promise<Client> {
    const made = clients.get(api) ?? connected(api);
    clients.set(api, made);
    made.catch(() => clients.delete(api));
    return made;
  }

  return {
    async call({ api, path, encode, decode }, request, { field, resource }, patience) {
      const client = await clientOf(api);
      const metadata = new Metadata();
      metadata.set('x-goog-request-params', `${field}=${encodeURIComponent(resource)}`);
      const { promise, resolve, reject } = Promise.withResolvers<ReturnType<typeof decode>>();
      client.makeUnaryRequest(
        path,
        (message: typeof request) => Buffer.from(encode(message)),
        decode,
        request,
        metadata,
        { deadline: Date.now() + patience },
        (error, answer) => {
          if (error !== null) reject(error);
          else if (answer === undefined) reject(new TypeError(`${path} answered nothing`));
          else resolve(answer);
        },
      );
      return promise;
    },
    async close() {
      for (const client of await Promise.all(clients.values())) client.close();
    },
  };
}

/** Credentials as Google's own clients make them: gRPC does not know the `Headers` that its auth library answers. */
async function googleCredentials(auth: ServicesClient['auth']): Promise<ChannelCredentials> {
  const client = await auth.getClient();
  const call = credentials.createFromMetadataGenerator(({ service_url: url }, callback) => {
    client.getRequestHeaders(url).then(
      (headers) => {
        const metadata = new Metadata();
        headers.forEach((value, name) => metadata.set(name, value));
        callback(null, metadata);
      },
      (error: unknown) => callback(error instanceof Error ? error : new TypeError(String(error))),
    );
  });
  return credentials.combineChannelCredentials(credentials.createSsl(), call);
}
