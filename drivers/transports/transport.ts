/** What a transport tells its user; set once, before any byte flows. */
export interface TransportEvents {
  /** `bytes` hold until it returns: the transport may put the next ones there. */
  onData(bytes: Uint8Array): void;
  /** The link is gone, for good; called once. Without an error the other side closed it in order. */
  onClose(error?: Error): void;
}

/**
 * An open link to a board that knows only bytes: TCP, serial, USB or memory. It may split and merge what is written, and the
 * frames of the protocol survive that.
 */
export interface Transport {
  /** What a user would call the other end, say `tcp://127.0.0.1:7411`. */
  readonly name: string;
  /** Starts delivering; called once, right after opening. */
  start(events: TransportEvents): void;
  /**
   * Resolves when the link can take more (backpressure); rejects when it is gone. `bytes` stay as they are until the board
   * has them.
   */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Opens a link to one board; called again to reconnect after the link was lost. */
export type Dial = (signal?: AbortSignal) => Promise<Transport>;
