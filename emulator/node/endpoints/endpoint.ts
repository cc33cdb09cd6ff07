/** A place where an emulated board answers; `url` is how a host calls it. */
export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

/** The endpoint cannot be opened, with a sentence that says what to do. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
}
