import { constants } from 'node:fs';
import { EndpointError } from './endpoint.js';

/** A pseudo-terminal of the operating system: the host opens `path`, the emulator holds the other side. */
export interface PseudoTerminal {
  /** File descriptor of the emulator's side; does not block. */
  readonly master: number;
  readonly path: string;
  /** Another descriptor of the emulator's side. */
  duplicateMaster(): number;
  /** A descriptor of the host's side; raw, so that bytes pass unchanged. */
  openSlave(): number;
  /** Resolves when the emulator's side can be written to, or after a while. */
  writable(): Promise<void>;
}

const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;
/** tcsetattr: at once. */
const TCSANOW = 0;
/** poll: can be written to. */
const POLLOUT = 4;
/** Longest wait of one `writable`, in milliseconds. */
const MAX_WAIT = 100;
/** Larger than `struct termios` anywhere; only the C library looks inside. */
const TERMIOS_BYTES = 256;

/**
 * Opens a pseudo-terminal. Errors: `EndpointError` if the system has none, or the optional package `koffi` is
 * missing.
 */
export async function openPseudoTerminal(): Promise<PseudoTerminal> {
  if (process.platform === 'win32') {
    throw new EndpointError('Windows has no pseudo-terminals; use --tcp, or --usbip with a USB/IP client.');
  }
  const libc = await loadLibc();
  const call = (name: string, result: number) => {
    if (result < 0)
      throw new EndpointError(`The system gives no pseudo-terminal (${name} failed); use --tcp.`);
    return result;
  };
  const master = call('posix_openpt', libc.posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK));
  call('grantpt', libc.grantpt(master));
  call('unlockpt', libc.unlockpt(master));
  const path = libc.ptsname(master);
  const entry = libc.pollEntry(master);
  const openSlave = () => {
    const slave = call('open', libc.open(path, O_RDWR | O_NOCTTY));
    const termios = new Uint8Array(TERMIOS_BYTES);
    call('tcgetattr', libc.tcgetattr(slave, termios));
    libc.cfmakeraw(termios);
    call('tcsetattr', libc.tcsetattr(slave, TCSANOW, termios));
    return slave;
  };
  return {
    master,
    path,
    openSlave,
    duplicateMaster: () => call('dup', libc.dup(master)),
    writable: () => new Promise((resolve) => libc.poll(entry, 1, MAX_WAIT, () => resolve())),
  };
}

async function loadLibc() {
  const { default: koffi } = await import('koffi').catch(() => {
    throw new EndpointError(
      "Pseudo-terminals need the optional package koffi, which is not installed; run 'npm install koffi', or use --tcp.",
    );
  });
  const library = koffi.load(null);
  return {
    posix_openpt: library.func('int posix_openpt(int)') as (flags: number) => number,
    grantpt: library.func('int grantpt(int)') as (fd: number) => number,
    unlockpt: library.func('int unlockpt(int)') as (fd: number) => number,
    ptsname: library.func('const char *ptsname(int)') as (fd: number) => string,
    open: library.func('int open(const char *, int, ...)') as (path: string, flags: number) => number,
    dup: library.func('int dup(int)') as (fd: number) => number,
    tcgetattr: library.func('int tcgetattr(int, _Out_ uint8_t *)') as (
      fd: number,
      termios: Uint8Array,
    ) => number,
    tcsetattr: library.func('int tcsetattr(int, int, uint8_t *)') as (
      fd: number,
      when: number,
      termios: Uint8Array,
    ) => number,
    cfmakeraw: library.func('void cfmakeraw(_Inout_ uint8_t *)') as (termios: Uint8Array) => void,
    /** Runs in a thread of its own. */
    poll: library.func('int poll(void *, unsigned long, int)').async as (
      entries: unknown,
      count: number,
      milliseconds: number,
      done: () => void,
    ) => void,
    /** A `struct pollfd` outside of JavaScript's memory, which may move while `poll` waits. */
    pollEntry: (fd: number): unknown => {
      const entry: unknown = koffi.alloc('int', 2);
      koffi.encode(entry, 0, 'int', fd);
      koffi.encode(entry, 4, 'int', POLLOUT);
      return entry;
    },
  };
}
