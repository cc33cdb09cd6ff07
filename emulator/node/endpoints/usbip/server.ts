import { type Socket, createServer } from 'node:net';
import { realTime } from '../../../../protocol/index.js';
import type { Attachable } from '../../../firmware/firmware.js';
import { Strangers } from '../../../firmware/strangers.js';
import type { Endpoint } from '../endpoint.js';
import { hangUp, KEEP_ALIVE_AFTER, listening } from '../tcp.js';
import { type Identity, deviceDescriptor, interfaceClasses, usbIds } from './descriptors.js';
import { EmulatedUsbDevice } from './device.js';
import {
  Operation,
  OperationStatus,
  TransferCommand,
  TransferStatus,
  busId,
  deviceCount,
  deviceRecord,
  interfaceRecord,
  operationHeader,
  returnSubmit,
  returnUnlink,
  submit,
  unlink,
  USB_IP_VERSION,
} from './messages.js';
import { ByteReader } from './byte-reader.js';

/** Bus identification of the only device. */
const ONLY_BUS_ID = '1-1';
/** Maximum length of a transfer, in bytes; Linux sends at most 16 kB to 1 MB in one. */
const MAX_TRANSFER = 16 * 1024 * 1024;
/** Maximum number of transfers without an answer. Hosts have some tens at a time. */
const MAX_UNANSWERED = 1024;
/** Maximum of bytes in transfers to the device without an answer; Linux allows a program 16 MB. */
const MAX_UNANSWERED_BYTES = 4 * MAX_TRANSFER;

/**
 * Offers the board as a USB device at HOST:PORT, for `usbip attach -r HOST -b 1-1`; port 0 takes a free one.
 * Errors: `EndpointError` if the port is taken.
 */
export async function listenUsbIp(
  firmware: Attachable,
  host: string,
  port: number,
  identity: Identity,
): Promise<Endpoint & { port: number }> {
  const hex = (id: number) => id.toString(16).padStart(4, '0');
  const url = `usb:${hex(usbIds.vendor)}:${hex(usbIds.product)}:${identity.serial}`;
  const sockets = new Set<Socket>();
  const strangers = new Strangers(realTime);
  let imported: Socket | undefined;

  const serve = async (socket: Socket, known: () => void): Promise<void> => {
    const reader = new ByteReader(socket);
    const { code } = operationHeader.decode(await reader.take(operationHeader.bytes));
    if (code === Operation.requestDevices) {
      socket.end(deviceList());
    } else if (code === Operation.requestImport) {
      const wanted = busId.decode(await reader.take(busId.bytes)).busId;
      const status =
        wanted !== ONLY_BUS_ID
          ? OperationStatus.noDevice
          : imported
            ? OperationStatus.busy
            : OperationStatus.ok;
      socket.write(reply(Operation.replyImport, status));
      if (status !== OperationStatus.ok) return void socket.end();
      imported = socket;
      known();
      socket.write(deviceRecord.encode(device));
      await serveTransfers(reader, socket, new EmulatedUsbDevice(firmware, identity, url));
    } else {
      socket.destroy();
    }
  };

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    // A client that is gone must not keep the device from others.
    socket.setKeepAlive(true, KEEP_ALIVE_AFTER);
    const stranger = { hangUp: () => hangUp(socket) };
    strangers.admit(stranger);
    // The socket closes after an error, and closing is handled as if the cable was pulled.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      strangers.release(stranger);
      if (imported === socket) imported = undefined;
    });
    serve(socket, () => strangers.release(stranger)).catch(() => socket.destroy());
  });
  const actual = await listening(server, host, port);
  return {
    url,
    port: actual,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/**
 * Serves transfers until the host detaches the device or the socket breaks: both end the reader with an
 * error. So does a host that leaves more transfers unanswered than any host has.
 */
async function serveTransfers(reader: ByteReader, socket: Socket, device: EmulatedUsbDevice): Promise<void> {
  let transfers = 0;
  let bytes = 0;
  const begin = (length: number) => {
    transfers++;
    bytes += length;
    if (transfers > MAX_UNANSWERED || bytes > MAX_UNANSWERED_BYTES)
      throw new Error('too many transfers are under way');
  };
  const end = (length: number) => {
    transfers--;
    bytes -= length;
  };
  try {
    for (;;) {
      // Nothing is read from a host that does not take its answers, so that they cannot pile up here.
      if (socket.writableNeedDrain) await drained(socket);
      const header = await reader.take(submit.bytes);
      const request = submit.decode(header);
      if (request.command === TransferCommand.unlink) {
        const inTime = device.unlink(unlink.decode(header).unlinked);
        if (inTime) end(0);
        socket.write(unlinked(request.sequence, inTime));
      } else if (request.command === TransferCommand.submit && request.length <= MAX_TRANSFER) {
        const data = await reader.take(request.direction === 0 ? request.length : 0);
        begin(data.length);
        device.submit(request, data, (status, answer) => {
          end(data.length);
          socket.write(submitted(request.sequence, status, answer));
        });
      } else {
        throw new Error(`command ${request.command} is not of USB/IP`);
      }
    }
  } finally {
    device.unplug();
  }
}

/** Resolves when the host has taken what was written to it, or the socket is closed. */
const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });

const answerHeader = { device: 0, direction: 0, endpoint: 0 };

function submitted(sequence: number, status: number, bytes: Uint8Array | number): Buffer {
  const data = typeof bytes === 'number' ? new Uint8Array() : bytes;
  const header = returnSubmit.encode({
    ...answerHeader,
    command: TransferCommand.returnSubmit,
    sequence,
    status,
    length: typeof bytes === 'number' ? bytes : bytes.length,
    startFrame: 0,
    packets: 0xffffffff, // no isochronous transfer
    errors: 0,
    padding: new Uint8Array(8),
  });
  return Buffer.concat([header, data]);
}

function unlinked(sequence: number, inTime: boolean): Buffer {
  return returnUnlink.encode({
    ...answerHeader,
    command: TransferCommand.returnUnlink,
    sequence,
    status: inTime ? TransferStatus.unlinked : TransferStatus.ok,
    padding: new Uint8Array(24),
  });
}

const reply = (code: number, status: number): Buffer =>
  operationHeader.encode({ version: USB_IP_VERSION, code, status });

const device = {
  path: `/sys/devices/pcm-hil/usb1/${ONLY_BUS_ID}`,
  busId: ONLY_BUS_ID,
  bus: 1,
  device: 1,
  speed: 3, // high, 480 Mbit/s
  vendor: usbIds.vendor,
  product: usbIds.product,
  release: deviceDescriptor[12] | (deviceDescriptor[13] << 8),
  deviceClass: deviceDescriptor[4],
  deviceSubclass: deviceDescriptor[5],
  deviceProtocol: deviceDescriptor[6],
  configuration: 0,
  configurations: 1,
  interfaces: interfaceClasses.length,
};

function deviceList(): Buffer {
  const interfaces = interfaceClasses.map(([interfaceClass, interfaceSubclass, interfaceProtocol]) =>
    interfaceRecord.encode({ interfaceClass, interfaceSubclass, interfaceProtocol, padding: 0 }),
  );
  return Buffer.concat([
    reply(Operation.replyDevices, OperationStatus.ok),
    deviceCount.encode({ devices: 1 }),
    deviceRecord.encode(device),
    ...interfaces,
  ]);
}
