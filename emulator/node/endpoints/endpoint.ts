/** A place where an emulated board answers; `url` is its address for hosts. */
export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

/** An endpoint that cannot be opened; the message says what to do. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
}
