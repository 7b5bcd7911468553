/** A protobuf duration in milliseconds. Its seconds are a number, a text or a Long, depending on where the message came from. */
export function milliseconds(
  duration: { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined,
): number | null {
  return duration ? Number(duration.seconds ?? 0) * 1000 + (duration.nanos ?? 0) / 1e6 : null;
}
