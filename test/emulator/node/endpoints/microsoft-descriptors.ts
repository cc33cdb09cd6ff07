// Microsoft OS 2.0 descriptors as Windows reads them, written from Microsoft's specification ("Microsoft OS
// 2.0 Descriptors Specification", 2018) and apart from the emulator's code.

/** The platform capability in the binary object store. */
export interface PlatformCapability {
  uuid: string;
  windowsVersion: number;
  setLength: number;
  vendorCode: number;
  alternateEnumeration: number;
}

export interface DescriptorSet {
  windowsVersion: number;
  configurations: { configuration: number; functions: { firstInterface: number; features: Feature[] }[] }[];
}

export type Feature =
  | { kind: 'compatible id'; compatibleId: string; subCompatibleId: string }
  | { kind: 'registry property'; type: number; name: string; value: string };

/** The first capability of a binary object store (USB 3.2, chapter 9.6.2) that is a platform's. */
export function platformCapability(store: Buffer): PlatformCapability | undefined {
  expect(store.length, store.readUInt16LE(2), 'length of the store');
  let found: PlatformCapability | undefined;
  let capabilities = 0;
  for (let at = store[0]; at < store.length; at += store[at]) {
    capabilities++;
    const capability = store.subarray(at, at + store[at]);
    expect(capability[1], 16, 'descriptor type of a capability');
    if (capability[2] !== 5 || found) continue;
    expect(capability.length, 28, 'length of a platform capability for one Windows version');
    found = {
      uuid: uuid(capability.subarray(4, 20)),
      windowsVersion: capability.readUInt32LE(20),
      setLength: capability.readUInt16LE(24),
      vendorCode: capability[26],
      alternateEnumeration: capability[27],
    };
  }
  expect(capabilities, store[4], 'number of capabilities');
  return found;
}

/** The set that a device answers with. Errors: where a length, a type or a place is not as specified. */
export function descriptorSet(bytes: Buffer): DescriptorSet {
  expectHeader(bytes, 10, 0);
  expect(bytes.readUInt16LE(8), bytes.length, 'wTotalLength of the set');
  const set: DescriptorSet = { windowsVersion: bytes.readUInt32LE(4), configurations: [] };
  for (const configuration of subsets(bytes.subarray(10), 1)) {
    const functions = subsets(configuration.rest, 2).map(({ number, rest }) => ({
      firstInterface: number,
      features: features(rest),
    }));
    set.configurations.push({ configuration: configuration.number, functions });
  }
  return set;
}

/**
 * Subsets of one type, which fill the bytes: a header of eight bytes with the number that it is for and the
 * length of all.
 */
function subsets(bytes: Buffer, type: number): { number: number; rest: Buffer }[] {
  const found: { number: number; rest: Buffer }[] = [];
  for (let at = 0; at < bytes.length;) {
    expectHeader(bytes.subarray(at), 8, type);
    const length = bytes.readUInt16LE(at + 6);
    if (length < 8 || at + length > bytes.length) throw new Error(`a subset of ${length} bytes`);
    found.push({ number: bytes[at + 4], rest: bytes.subarray(at + 8, at + length) });
    at += length;
  }
  return found;
}

function features(bytes: Buffer): Feature[] {
  const found: Feature[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt16LE(at)) {
    const feature = bytes.subarray(at, at + bytes.readUInt16LE(at));
    const type = feature.readUInt16LE(2);
    if (type === 3) {
      expect(feature.length, 20, 'length of a compatible ID');
      const id = (from: number) => feature.toString('latin1', from, from + 8).replace(/\0+$/, '');
      found.push({ kind: 'compatible id', compatibleId: id(4), subCompatibleId: id(12) });
    } else if (type === 4) {
      const nameLength = feature.readUInt16LE(6);
      const valueLength = feature.readUInt16LE(8 + nameLength);
      expect(feature.length, 10 + nameLength + valueLength, 'length of a registry property');
      found.push({
        kind: 'registry property',
        type: feature.readUInt16LE(4),
        name: feature.toString('utf16le', 8, 8 + nameLength),
        value: feature.toString('utf16le', 10 + nameLength),
      });
    } else {
      throw new Error(`a feature of type ${type}`);
    }
  }
  return found;
}

function expectHeader(bytes: Buffer, length: number, type: number): void {
  expect(bytes.readUInt16LE(0), length, 'wLength');
  expect(bytes.readUInt16LE(2), type, 'wDescriptorType');
}

function expect(value: number, wanted: number, what: string): void {
  if (value !== wanted) throw new Error(`${what} is ${value}, not ${wanted}`);
}

/** The first three groups of a UUID are little-endian. */
function uuid(bytes: Buffer): string {
  const hex = (from: number, to: number) => bytes.toString('hex', from, to);
  const swapped = (from: number, to: number) =>
    Buffer.from(bytes.subarray(from, to)).reverse().toString('hex');
  return [swapped(0, 4), swapped(4, 6), swapped(6, 8), hex(8, 10), hex(10, 16)].join('-');
}
