/** Limits of what is read as drawings. They are checked before the memory is allocated. */

/** Maximum number of pixels of an image, by its header. */
export const MAX_IMAGE_PIXELS = 32_000_000;
/** Maximum size of an image file in bytes. */
export const MAX_IMAGE_BYTES = 64 * 1024 * 1024;
/** Maximum size of a zip file, and of all that is unpacked from one, in bytes. */
export const MAX_ZIP_BYTES = 512 * 1024 * 1024;
