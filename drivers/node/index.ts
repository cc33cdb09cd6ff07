export { type Discovery, type DiscoveryOptions, type FoundBoard, discoverBoards } from './discovery.js';
export {
  type RegisteredEmulators,
  registerEmulator,
  registeredEmulators,
} from './emulators/emulator-registry.js';
export { PrivateFolderError } from './emulators/private-folder.js';
export { type SerialPortInfo, serialPorts } from './serial/serial-ports.js';
export { type SerialSettings, openSerialPort, serialAddress, serialDial } from './serial/serial.js';
export { tcpDial } from './tcp.js';
export { dialFor, nodeTransports } from './transports.js';
export {
  type PluggedUsbDevice,
  type UsbIdentity,
  testIds,
  udevRule,
  usbAddress,
  usbDevices,
  usbDial,
  usbName,
} from './usb.js';
