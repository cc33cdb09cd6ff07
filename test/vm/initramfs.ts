import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** What the machine needs before it sees this file system: the way to it (9P over virtio). The rest is loaded from there. */
const modules = ['virtio_pci', '9pnet_virtio', '9p'];

const busybox = '/bin/busybox';

/**
 * Packs an initial file system of some megabytes: busybox, a few kernel modules, and an /init that mounts the file system of
 * this machine read-only and runs `command` in it as root of the virtual one. Returns the bytes of a cpio archive.
 */
export function packInitramfs(kernel: string, command: string): Buffer {
  const root = mkdtempSync(join(tmpdir(), 'pcm-vm-'));
  try {
    for (const folder of ['bin', 'proc', 'sys', 'dev', 'host', 'modules']) mkdirSync(join(root, folder));
    cpSync(busybox, join(root, 'bin/busybox'));
    const files = modules.flatMap((name) => dependencies(kernel, name));
    const names = [...new Set(files)].map((file) => {
      cpSync(file, join(root, 'modules', basename(file)));
      return basename(file);
    });
    writeFileSync(join(root, 'init'), init(names, command), { mode: 0o755 });
    const list = execFileSync('find', ['.', '-print0'], { cwd: root });
    return execFileSync('cpio', ['--null', '-o', '--format=newc', '--quiet'], {
      cwd: root,
      input: list,
      maxBuffer: 64 * 1024 * 1024,
    });
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Files of a module and of those it needs, in the order of loading. */
const dependencies = (kernel: string, name: string): string[] =>
  execFileSync('/sbin/modprobe', ['--show-depends', '-S', kernel, name], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith('insmod '))
    .map((line) => line.split(' ')[1]);

const init = (names: readonly string[], command: string): string => `#!/bin/busybox sh
busybox=/bin/busybox
$busybox mount -t proc proc /proc
$busybox mount -t devtmpfs dev /dev
${names.map((name) => `$busybox insmod /modules/${name}`).join('\n')}
$busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576,cache=loose,ro host /host
$busybox mount -t proc proc /host/proc
$busybox mount -t sysfs sys /host/sys
$busybox mount -t devtmpfs dev /host/dev
$busybox mkdir -p /host/dev/pts
$busybox mount -t devpts pts /host/dev/pts
$busybox mount -t tmpfs tmp /host/tmp
$busybox mount -t tmpfs run /host/run
$busybox ifconfig lo 127.0.0.1 up
$busybox chroot /host /bin/sh -c '${command}' </dev/null >/dev/console 2>&1
echo "VM-EXIT $?" >/dev/console
$busybox poweroff -f
`;

/** The newest kernel of this machine that has modules; undefined where there is none. */
export function newestKernel(): string | undefined {
  try {
    const [newest] = execFileSync('ls', ['-t', '/lib/modules'], { encoding: 'utf8' }).split('\n');
    readFileSync(`/boot/vmlinuz-${newest}`);
    return newest;
  } catch {
    return undefined;
  }
}
