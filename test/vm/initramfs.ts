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

/** A kernel that is installed (`root` is `/`), or whose package is unpacked in a folder. */
export interface Kernel {
  root: string;
  release: string;
}

/** The kernel below `root`, the newest where there are several; undefined where there is none. */
export function findKernel(root: string): Kernel | undefined {
  const releases = existsSync(join(root, 'lib/modules'))
    ? execFileSync('ls', ['-t', join(root, 'lib/modules')], { encoding: 'utf8' }).split('\n')
    : [];
  const release = releases.find((name) => name !== '' && existsSync(imageOf({ root, release: name })));
  return release === undefined ? undefined : { root, release };
}

export const imageOf = ({ root, release }: Kernel): string => join(root, `boot/vmlinuz-${release}`);

/** Modules that the machine needs before it sees a file system: the way to that of this machine (9P over virtio). */
const modulesAtStart = ['virtio_pci', '9pnet_virtio', '9p'];
/** Those of the suite: a USB host on a network, and the driver of USB serial ports. */
const modulesOfUsb = ['vhci-hcd', 'cdc-acm'];

const busybox = '/bin/busybox';

/**
 * Packs an initial file system: busybox, kernel modules, this package with what it depends on, and an /init that mounts the file
 * system of this machine read-only, the package over its folder there, and runs `command` as root of the virtual machine.
 * The package comes along since a virtual machine in software takes minutes to read its thousand small files over 9P.
 * Returns the bytes of a cpio archive.
 */
export function packInitramfs(kernel: Kernel, repository: string, command: string): Buffer {
  const root = mkdtempSync(join(tmpdir(), 'pcm-vm-'));
  try {
    for (const folder of ['bin', 'proc', 'sys', 'dev', 'host', 'modules']) mkdirSync(join(root, folder));
    cpSync(busybox, join(root, 'bin/busybox'));
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

/** Files of a module and of those it needs, in the order of loading. */
const dependencies = ({ root, release }: Kernel, name: string): string[] =>
  execFileSync('/sbin/modprobe', ['--show-depends', '-d', root, '-S', release, name], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith('insmod '))
    .map((line) => line.split(' ')[1]);

/** The built package, and what is installed of its dependencies but TensorFlow.js: nothing is trained in the machine. */
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
