#!/usr/bin/env bash
# USB on a real kernel, in a virtual machine. As root it installs the packages that the machine needs with
# apt-get, and unpacks the package of a kernel in a cache folder, which leaves the kernels of this computer
# alone. Otherwise the suite says what is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq install --no-install-recommends -y \
    qemu-system-x86 busybox-static cpio kmod udev usbip util-linux >/dev/null
  package=$(apt-cache depends linux-image-amd64 | sed -nE 's/^ *Depends: (linux-image-[0-9].*)/\1/p' | head -n 1)
  export PCM_VM_KERNEL=${XDG_CACHE_HOME:-$HOME/.cache}/pcm-hil/$package
  if [[ ! -e $PCM_VM_KERNEL/complete ]]; then
    mkdir -p "$PCM_VM_KERNEL"
    (
      cd "$PCM_VM_KERNEL"
      apt-get -qq -o APT::Sandbox::User=root download "$package"
      dpkg-deb --extract ./*.deb .
      rm ./*.deb
      depmod -b . "${package#linux-image-}"
      touch complete
    )
  fi
fi
[[ -e dist/test/vm/run.js ]] || npm run --silent build
node dist/test/vm/run.js
