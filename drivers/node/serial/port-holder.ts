import { readFileSync, statSync } from 'node:fs';

/**
 * The program that has locked a serial port, such as `node (process 812)`; undefined if the system does not
 * tell.
 */
export function portHolder(path: string): string | undefined {
  try {
    const { ino } = statSync(path);
    // Fields of a line: number, FLOCK, ADVISORY, WRITE, process, major:minor:inode, from, to
    const line = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .map((text) => text.split(/\s+/))
      .find((fields) => fields[1] === 'FLOCK' && fields[5]?.endsWith(`:${ino}`));
    if (!line) return undefined;
    const program = readFileSync(`/proc/${line[4]}/comm`, 'utf8').trim();
    return `${program} (process ${line[4]})`;
  } catch {
    return undefined; // not Linux, or no permission
  }
}
