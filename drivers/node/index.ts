export { type Discovery, type DiscoveryOptions, type FoundBoard, discoverBoards } from './discovery.js';
export { registerEmulator, registeredEmulators } from './emulator-registry.js';
export { type SerialPortInfo, serialPorts } from './serial/serial-ports.js';
export { type SerialSettings, openSerialPort, serialAddress, serialDial } from './serial/serial.js';
export { tcpDial } from './tcp.js';
export { dialFor, nodeTransports } from './transports.js';
export { type UsbIdentity, testIds, udevRule, usbAddress, usbDevices, usbDial, usbName } from './usb.js';
