import { invalidArgument } from '../kernel/refuse.ts';

/** A request for a page of a list. */
export interface PageRequest {
  readonly parent?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
}

/** Cuts a page out of a list. The token binds it to its list: with another parent or page size it is INVALID_ARGUMENT. Default and maximum: 1000. */
export function page<T>(
  all: readonly T[],
  { parent = '', pageSize = 0, pageToken = '' }: PageRequest,
): { readonly items: readonly T[]; readonly nextPageToken: string } {
  if (pageSize < 0) throw invalidArgument('page_size must not be negative');
  const size = pageSize === 0 ? 1000 : Math.min(pageSize, 1000);
  const from = pageToken === '' ? 0 : offsetOf(pageToken, `${parent} ${size}`);
  const next = from + size;
  return { items: all.slice(from, next), nextPageToken: next < all.length ? tokenOf(next, `${parent} ${size}`) : '' };
}

function tokenOf(offset: number, list: string): string {
  return Buffer.from(JSON.stringify([offset, list])).toString('base64url');
}

function offsetOf(token: string, list: string): number {
  const match = /^\[(\d+),(.*)\]$/.exec(Buffer.from(token, 'base64url').toString());
  if (match === null || match[2] !== JSON.stringify(list))
    throw invalidArgument('page_token does not belong to this request');
  return Number(match[1]);
}
