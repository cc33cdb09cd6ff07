// Descriptors of USB 2.0 (chapter 9), CDC 1.2 (PSTN subclass) and Microsoft OS 2.0. Little-endian.

/** Test identification of pid.codes, not for sale: a real board needs numbers of its own. */
export const usbIds = { vendor: 0x1209, product: 0x0001 } as const;

/** Value of `bVendorCode` when Windows asks for the Microsoft OS 2.0 descriptors. */
export const MICROSOFT_VENDOR_CODE = 0x20;

export const DescriptorType = {
  device: 1,
  configuration: 2,
  string: 3,
  qualifier: 6,
  objectStore: 15,
} as const;

/** The endpoints by number, without the direction bit. */
export const Endpoint = { control: 0, vendor: 1, serialNotification: 2, serial: 3 } as const;

/** The endpoints beside the control endpoint, with the direction bit: 0x80 is to the host. */
export const endpointAddresses: readonly number[] = [
  Endpoint.vendor,
  Endpoint.vendor | 0x80,
  Endpoint.serialNotification | 0x80,
  Endpoint.serial,
  Endpoint.serial | 0x80,
];

/** The interfaces by number. */
export const Interface = { vendor: 0, serialControl: 1, serialData: 2 } as const;

/** Strings by which a host recognises the USB device. */
export interface Identity {
  manufacturer: string;
  product: string;
  serial: string;
}

const u16 = (value: number): number[] => [value & 0xff, value >> 8];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
/** A descriptor begins with its own length. */
const descriptor = (type: number, ...body: number[]): number[] => [body.length + 2, type, ...body];

const RELEASE = 0x0100;
/** Class of a device whose interfaces are grouped by interface association descriptors. */
const composite = [0xef, 0x02, 0x01];
const PACKET_BYTES = 512;

export const deviceDescriptor = descriptor(
  DescriptorType.device,
  ...u16(0x0201), // USB 2.1: there is a binary object store
  ...composite,
  64, // packet size of the control endpoint
  ...u16(usbIds.vendor),
  ...u16(usbIds.product),
  ...u16(RELEASE),
  1, // strings: manufacturer, product, serial
  2,
  3,
  1, // configurations
);

/** The device at full speed. */
export const qualifierDescriptor = descriptor(
  DescriptorType.qualifier,
  ...u16(0x0201),
  ...composite,
  64,
  1,
  0,
);

const bulk = (number: number): number[] => [
  ...descriptor(5, number, 0x02, ...u16(PACKET_BYTES), 0),
  ...descriptor(5, number | 0x80, 0x02, ...u16(PACKET_BYTES), 0),
];

// Interfaces have no names: a driver that asks for them while it opens the device would block an emulator in
// its own process.
const vendorInterface = [...descriptor(4, Interface.vendor, 0, 2, 0xff, 0, 0, 0), ...bulk(Endpoint.vendor)];

const serialPort = [
  ...descriptor(11, Interface.serialControl, 2, 0x02, 0x02, 0x00, 0), // association: abstract control model
  ...descriptor(4, Interface.serialControl, 0, 1, 0x02, 0x02, 0x00, 0),
  ...descriptor(0x24, 0x00, ...u16(0x0120)), // functional: header
  ...descriptor(0x24, 0x01, 0, Interface.serialData), // call management: none
  ...descriptor(0x24, 0x02, 0x02), // line coding and control line state
  ...descriptor(0x24, 0x06, Interface.serialControl, Interface.serialData), // union
  ...descriptor(5, Endpoint.serialNotification | 0x80, 0x03, ...u16(16), 9),
  ...descriptor(4, Interface.serialData, 0, 2, 0x0a, 0, 0, 0),
  ...bulk(Endpoint.serial),
];

const interfaces = [...vendorInterface, ...serialPort];
const configurationLength = 9 + interfaces.length;

export const configurationDescriptor = [
  ...descriptor(DescriptorType.configuration, ...u16(configurationLength), 3, 1, 0, 0x80, 250),
  ...interfaces,
];

/** Class, subclass and protocol of each interface, for the device list. */
export const interfaceClasses = [
  [0xff, 0, 0],
  [0x02, 0x02, 0],
  [0x0a, 0, 0],
] as const;

/** String 0 lists the languages: English (United States). */
export function stringDescriptor(index: number, identity: Identity): number[] | undefined {
  const strings = [undefined, identity.manufacturer, identity.product, identity.serial];
  if (index === 0) return descriptor(DescriptorType.string, ...u16(0x0409));
  const text = strings[index];
  return text === undefined ? undefined : descriptor(DescriptorType.string, ...Buffer.from(text, 'utf16le'));
}

const utf16 = (text: string): number[] => [...Buffer.from(text, 'utf16le')];

/** Windows 8.1, the first version that reads these descriptors. */
const WINDOWS_VERSION = 0x06030000;

/** A Microsoft OS 2.0 descriptor: its length takes two bytes, and so does its type. */
const microsoft = (type: number, ...body: number[]): number[] => [
  ...u16(body.length + 4),
  ...u16(type),
  ...body,
];

/** Identification by which programs find the interface on Windows. */
const interfaceGuids = utf16('{6B2F1C80-94B5-4C0E-9C3D-0E8D3A1C7A55}\0\0');
const propertyName = utf16('DeviceInterfaceGUIDs\0');

const winUsb = [
  ...microsoft(3, ...Buffer.from('WINUSB\0\0'), ...new Array<number>(8).fill(0)),
  ...microsoft(
    4,
    ...u16(7),
    ...u16(propertyName.length),
    ...propertyName,
    ...u16(interfaceGuids.length),
    ...interfaceGuids,
  ),
];
const functionSubset = [...microsoft(2, Interface.vendor, 0, ...u16(8 + winUsb.length)), ...winUsb];
const configurationSubset = [...microsoft(1, 0, 0, ...u16(8 + functionSubset.length)), ...functionSubset];

/** Makes Windows bind WinUSB to the vendor interface by itself. */
export const microsoftDescriptors = [
  ...microsoft(0, ...u32(WINDOWS_VERSION), ...u16(10 + configurationSubset.length)),
  ...configurationSubset,
];

/** D8DD60DF-4589-4CC7-9CD2-659D9E648A9F: the platform capability "Microsoft OS 2.0". */
const microsoftCapability = [
  0xdf, 0x60, 0xdd, 0xd8, 0x89, 0x45, 0xc7, 0x4c, 0x9c, 0xd2, 0x65, 0x9d, 0x9e, 0x64, 0x8a, 0x9f,
];
const platformCapability = descriptor(
  16,
  5,
  0,
  ...microsoftCapability,
  ...u32(WINDOWS_VERSION),
  ...u16(microsoftDescriptors.length),
  MICROSOFT_VENDOR_CODE,
  0,
);

export const objectStoreDescriptor = [
  ...descriptor(DescriptorType.objectStore, ...u16(5 + platformCapability.length), 1),
  ...platformCapability,
];
