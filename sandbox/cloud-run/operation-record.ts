/** How a change ends that was told to fail. */
export interface OperationError {
  /** A gRPC status number. */
  readonly code: number;
  readonly message: string;
}

export interface OperationRecord {
  /** `google.cloud.run.v2.Jobs.RunJob`; absent: UpdateService. */
  readonly method?: string;
  /** The message in the answer; absent: Service. */
  readonly type?: string;
  readonly name: string;
  /** Full name of what was changed. */
  readonly service: string;
  readonly startedAt: number;
  readonly doneAt: number;
  readonly actor: string;
  /** What was changed, as update mask paths. */
  readonly paths: readonly string[];
  /** The short name of an execution that it lasts as long as. */
  readonly execution?: string;
  /** What is changed, as it is until then; absent: as it is at the time. */
  readonly meanwhile?: object;
  error?: OperationError;
  /** The service as it was when the change was done, as on the wire. */
  result?: object;
}
