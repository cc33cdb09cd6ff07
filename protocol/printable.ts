/**
 * Text from another machine or out of a file, safe for a terminal, a log or a page: control characters (C0,
 * DEL and C1, and with them all escape sequences), line and paragraph separators and characters that change
 * the direction of text become U+FFFD.
 */
export const printable = (text: string): string => text.replace(unsafe, '\ufffd');

/** The same for text of several lines, whose line breaks stay. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

// eslint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
