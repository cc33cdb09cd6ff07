/** What a transport reports; set once, before any byte flows. */
export interface TransportEvents {
  /** Bytes have come. `bytes` are valid until it returns: the transport may reuse the memory. */
  onData(bytes: Uint8Array): void;
  /**
   * The link is gone for good. Called once; without an error if the other side closed it in an orderly way.
   */
  onClose(error?: Error): void;
}

/**
 * An open link to a board that carries only bytes: TCP, serial, USB or memory. It may split and merge what is
 * written; the frames of the protocol survive that.
 */
export interface Transport {
  /** Name of the other end in messages, such as `tcp://127.0.0.1:7411`. */
  readonly name: string;
  /** Starts delivering; called once, right after opening. */
  start(events: TransportEvents): void;
  /**
   * Writes bytes, in order. Resolves when the link can take more (backpressure); rejects if the link is gone.
   * The caller does not change `bytes` until the board has them.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes the link; the transport then calls `onClose`, as it does if the link is lost. */
  close(): Promise<void>;
}

/**
 * Opens a link to one board. Called again to reconnect after the link is lost; `signal` aborts when the
 * connection is closed.
 * Errors: `LinkError` if the board cannot be reached.
 */
export type Dial = (signal?: AbortSignal) => Promise<Transport>;
