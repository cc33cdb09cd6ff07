/** The time that code for any platform is given, so that a simulator can bring its own clock. */
export interface Time {
  /** Milliseconds; never goes back. */
  now(): number;
  /** Runs `action` once after `milliseconds`. Returns a function that calls it off. */
  after(milliseconds: number, action: () => void): () => void;
  /** Runs `action` in a later turn of the event loop, behind what already waits there. */
  soon(action: () => void): void;
}

/** The platform's own time, in Node and in a browser. */
export const realTime: Time = {
  now: () => performance.now(),
  after(milliseconds, action) {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  },
  soon: laterTurn(),
};

/**
 * Node's setImmediate where it exists; a message to oneself elsewhere, since browsers delay nested timeouts
 * by 4 ms.
 */
function laterTurn(): Time['soon'] {
  const { setImmediate } = globalThis as { setImmediate?: (action: () => void) => unknown };
  if (setImmediate) return (action) => void setImmediate(action);
  const actions: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => actions.shift()?.();
  return (action) => {
    actions.push(action);
    port2.postMessage(undefined);
  };
}

/** Resolves after `milliseconds`. Rejects with the signal's reason if that comes first. */
export function wait(milliseconds: number, signal?: AbortSignal, time = realTime): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      callOff();
      reject(signal?.reason as Error);
    };
    const callOff = time.after(milliseconds, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
