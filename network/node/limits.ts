/** Maximum size of a model, of a network to import with all its files, or of an array, in bytes. */
export const MAX_NETWORK_BYTES = 512 * 1024 * 1024;
