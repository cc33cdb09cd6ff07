import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Kernel, findKernel, imageOf, packInitramfs } from './initramfs.js';

// Tests USB over a real kernel: boots a Debian kernel in QEMU, without hardware support, and runs `inside.js`
// in it as root. The kernel is the newest one installed, or that of the package unpacked in the folder
// PCM_VM_KERNEL. The argument is a pattern for the names of the checks to run. The last line is `N passed, N
// failed`.

/** Debian packages of the programs that the suite needs. */
const needed: Record<string, string> = {
  '/usr/bin/qemu-system-x86_64': 'qemu-system-x86',
  '/usr/bin/setpriv': 'util-linux',
  '/bin/busybox': 'busybox-static',
  '/usr/bin/cpio': 'cpio',
  '/usr/sbin/usbip': 'usbip',
  '/sbin/modprobe': 'kmod',
};

/**
 * Maximum time that the machine may run, in milliseconds: several times what it needs with two idle
 * processors.
 */
const TIMEOUT = 12 * 60_000;

const missing = Object.entries(needed).filter(([path]) => !existsSync(path));
const kernel = findKernel(process.env.PCM_VM_KERNEL ?? '/');
if (process.arch !== 'x64' || missing.length > 0 || kernel === undefined) {
  const packages = [...missing.map(([, name]) => name), ...(kernel ? [] : ['linux-image-amd64'])];
  console.log(`Skipped: this suite needs Linux on x86-64 and the Debian packages ${packages.join(', ')}`);
  console.log('0 passed, 0 failed');
} else {
  process.exitCode = await boot(kernel);
}

async function boot(kernel: Kernel): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'pcm-vm-'));
  const initramfs = join(folder, 'initramfs');
  const inside = fileURLToPath(new URL('inside.js', import.meta.url));
  const repository = fileURLToPath(new URL('../../..', import.meta.url));
  const command = `${process.execPath} ${inside} "${process.argv[2] ?? ''}"`;
  writeFileSync(initramfs, packInitramfs(kernel, repository, command));
  const started = performance.now();
  const machine = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'qemu-system-x86_64'], // killed if this process ends in any way
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '2048', '-no-reboot'],
      ...['-kernel', imageOf(kernel), '-initrd', initramfs],
      // On a busy machine the kernel's timer check fails, because it gets too little processor time.
      ...['-append', 'console=ttyS0 quiet loglevel=3 panic=-1 no_timer_check'],
      ...['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
      ...['-display', 'none', '-serial', 'stdio', '-monitor', 'none', '-nic', 'none'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const timer = setTimeout(() => {
    console.log(`the machine did not end within ${TIMEOUT / 1000} s`);
    machine.kill('SIGKILL');
  }, TIMEOUT);
  let exitCode = 1;
  let counts = '0 passed, 1 failed';
  for await (const line of createInterface({ input: machine.stdout })) {
    const exit = /VM-EXIT (\d+)/.exec(line);
    if (exit) exitCode = Number(exit[1]);
    else if (/^\d+ passed, \d+ failed/.test(line)) counts = line.trim();
    else console.log(line);
  }
  clearTimeout(timer);
  rmSync(folder, { recursive: true });
  console.log(`the machine ran for ${((performance.now() - started) / 1000).toFixed(0)} s`);
  console.log(counts);
  return exitCode;
}
