/** Minimum of the maximum payload that a board may announce, in bytes: its description must fit. */
export const MIN_PAYLOAD = 256;
/** Maximum payload that a board may announce, in bytes. */
export const MAX_PAYLOAD = 64 * 1024 * 1024;
/** Maximum reading of a board's clock, in seconds. */
export const MAX_CLOCK = 1e12;
/** Maximum number of cores of a board. */
export const MAX_CORES = 4096;
/** Maximum number of rows, and of columns, of a core. */
export const MAX_EXTENT = 4096;
/** Maximum number of unit cells or pulses of a request: all cells of the largest core. */
export const MAX_LIST = MAX_EXTENT * MAX_EXTENT;
/** Maximum size of the user area, in bytes. */
export const MAX_USER_BYTES = 64 * 1024 * 1024;
/** Maximum size of a snapshot, in bytes. */
export const MAX_SNAPSHOT = 0xffff_ffff;
/** Bounds of a reading of the clock, and of a time to move it by, in seconds. */
export const clockBounds = { minimum: 0, maximum: MAX_CLOCK };
/** Bounds of a temperature, in degrees Celsius. */
export const celsiusBounds = { minimum: -273.15, maximum: 1000 };
