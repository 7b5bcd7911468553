import { matching, shared, z } from './schema.ts';

const base64url = /^[A-Za-z0-9_-]+$/;

/** A flattened JWS (RFC 7515) whose three parts together have at most so many characters. */
export function signedSchema(most: number) {
  const part = matching(base64url, most);
  const parts = z.strictObject({ payload: part, protected: part, signature: part });
  const whole = parts.check(
    z.refine((signed) => signed.payload.length + signed.protected.length + signed.signature.length <= most),
  );
  return shared(z.readonly(whole));
}
