/** A message as Pub/Sub (or a dead letter) hands it over. */
export interface IncomingMessage {
  /** Pub/Sub's message id. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}
