import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A kernel: an installed one (`root` is `/`), or one whose package is unpacked in the folder `root`. */
export interface Kernel {
  root: string;
  release: string;
}

/** The newest kernel below `root`; undefined if there is none. */
export function findKernel(root: string): Kernel | undefined {
  const releases = existsSync(join(root, 'lib/modules'))
    ? execFileSync('ls', ['-t', join(root, 'lib/modules')], { encoding: 'utf8' }).split('\n')
    : [];
  const release = releases.find((name) => name !== '' && existsSync(imageOf({ root, release: name })));
  return release === undefined ? undefined : { root, release };
}

export const imageOf = ({ root, release }: Kernel): string => join(root, `boot/vmlinuz-${release}`);

/** Modules needed to reach a file system, which is that of this machine (9P over virtio). */
const modulesAtStart = ['virtio_pci', '9pnet_virtio', '9p'];
/** Modules needed by the suite: a USB host over a network, and the driver of USB serial ports. */
const modulesOfUsb = ['vhci-hcd', 'cdc-acm'];

const BUSYBOX = '/bin/busybox';

/**
 * Packs an initial file system as a cpio archive: busybox, kernel modules, this package with its
 * dependencies, and an /init that runs `command` as root of the virtual machine. The /init mounts the file
 * system of this machine read-only, and the packed copy of the package over its folder: an emulated machine
 * would take minutes to read the thousand small files over 9P.
 */
export function packInitramfs(kernel: Kernel, repository: string, command: string): Buffer {
  const root = mkdtempSync(join(tmpdir(), 'pcm-vm-'));
  try {
    for (const folder of ['bin', 'proc', 'sys', 'dev', 'host', 'modules']) mkdirSync(join(root, folder));
    cpSync(BUSYBOX, join(root, 'bin/busybox'));
    const files = (names: readonly string[]) => [
      ...new Set(names.flatMap((name) => dependencies(kernel, name))),
    ];
    const copied = (paths: readonly string[]) =>
      paths.map((path) => {
        cpSync(path, join(root, 'modules', basename(path)));
        return `$busybox insmod /modules/${basename(path)}`;
      });
    const start = copied(files(modulesAtStart));
    const usb = copied(files(modulesOfUsb));
    copyPackage(repository, join(root, 'package'));
    writeFileSync(join(root, 'init'), init([...start, ...usb], repository, command), { mode: 0o755 });
    const list = execFileSync('find', ['.', '-print0'], { cwd: root, maxBuffer: 2 ** 24 });
    return execFileSync('cpio', ['--null', '-o', '--format=newc', '--quiet'], {
      cwd: root,
      input: list,
      maxBuffer: 2 ** 28,
    });
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Files of a module and of the modules it needs, in loading order. */
const dependencies = ({ root, release }: Kernel, name: string): string[] =>
  execFileSync('/sbin/modprobe', ['--show-depends', '-d', root, '-S', release, name], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith('insmod '))
    .map((line) => line.split(' ')[1]);

/**
 * Copies the built package and its installed dependencies, without TensorFlow.js: nothing is trained in the
 * machine.
 */
function copyPackage(repository: string, target: string): void {
  const lock = readFileSync(join(repository, 'node_modules/.package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock) as { packages: Record<string, { dev?: boolean }> };
  const modules = Object.keys(packages).filter(
    (path) => !packages[path].dev && !path.includes('@tensorflow/') && existsSync(join(repository, path)),
  );
  for (const part of ['package.json', 'models', 'dist', ...modules]) {
    cpSync(join(repository, part), join(target, part), {
      recursive: true,
      filter: (path) => statSync(path).isDirectory() || /\.(c?js|mjs|json|node|wasm|safetensors)$/.test(path),
    });
  }
}

const init = (insmods: readonly string[], repository: string, command: string): string => `#!/bin/busybox sh
busybox=/bin/busybox
$busybox mount -t proc proc /proc
$busybox mount -t devtmpfs dev /dev
${insmods.join('\n')}
$busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576,cache=loose,ro host /host
$busybox mount -t proc proc /host/proc
$busybox mount -t sysfs sys /host/sys
$busybox mount -t devtmpfs dev /host/dev
$busybox mkdir -p /host/dev/pts
$busybox mount -t devpts pts /host/dev/pts
$busybox mount -t tmpfs tmp /host/tmp
$busybox mount -t tmpfs run /host/run
$busybox mkdir -p ${join('/host', repository)}
$busybox mount --bind /package ${join('/host', repository)}
$busybox ifconfig lo 127.0.0.1 up
$busybox chroot /host /bin/sh -c '${command}' </dev/null >/dev/console 2>&1
echo "VM-EXIT $?" >/dev/console
$busybox poweroff -f
`;
