/** A test, by its file under `test/` and its title. */
export interface Proof {
  readonly file: string;
  readonly title: string;
}

const of =
  (file: string) =>
  (title: string): Proof => ({ file, title });

const foreign = of('security/foreign-links.test.ts');
const strangers = of('security/strangers.test.ts');
const tokens = of('security/tokens.test.ts');
const usbip = of('security/usbip.test.ts');
const reach = of('security/reach.test.ts');
const bytes = of('security/bytes.test.ts');
const files = of('security/files.test.ts');
const bombs = of('data/sources/bombs.test.ts');
const limited = of('network/node/limited-file.test.ts');
const registry = of('drivers/node/emulator-registry.test.ts');
const workflows = of('action/workflows.test.ts');

const attach = usbip('whoever attaches the device needs the token to use the board');
const keepalive = [
  strangers('a silent link is checked by TCP keepalive, so that a dead host does not hold the board'),
  usbip('while one client has the device a second is told that it is taken, and a dead one is found out'),
];

/** The tests that prove each sentence of SECURITY.md. */
export const proofs: Readonly<Record<string, readonly Proof[]>> = {
  'An emulator listens on loopback unless you name another address.': [
    reach('an emulator that is told no address listens on loopback alone'),
  ],
  'On any other address it refuses to start without a token.': [
    reach('on an address that others reach, an emulator does not start without a token'),
  ],
  'Tokens are compared as a whole, wherever they differ.': [
    tokens('of two tokens all is compared, wherever they differ and however long they are'),
  ],
  'After five wrong tokens from an address, no further token from there is looked at for a second, then for two, and so on up to a minute.':
    [
      tokens('five wrong tokens from an address make it wait, longer each time, also with the right one'),
      tokens('3,000 guesses at once over tcp get five looked at'),
    ],
  'The emulator says on stderr that its token is guessed.': [
    tokens('pcm emulate says once on stderr that its token is guessed'),
  ],
  'It does not start with a token that no host could send.': [
    tokens('a token that hello has no room for is refused at the start and at the host'),
  ],
  'A link over TCP must begin with hello.': [
    foreign('a TCP link whose first bytes are not the header of a frame is closed without a word'),
    foreign('a TCP link whose first frame is not hello is refused and closed, whatever comes behind'),
  ],
  'One that begins like HTTP or TLS is closed before what follows is read, so a web page cannot drive an emulator.':
    [
      foreign(
        'a web page cannot reach a board: a link that begins like HTTP is closed before its body is read',
      ),
      foreign('a TLS client is closed at once'),
    ],
  'This also holds for the port of `pcm record`.': [
    foreign('a relay, such as that of pcm record, is no way round'),
  ],
  'USB/IP has no password: anyone who reaches its port can attach the device.': [attach],
  'Without the token they cannot use the board behind it.': [attach],
  'The link is not encrypted, and the token passes over it as it is.': [
    reach('the token passes over the link as it is'),
  ],
  'Running emulators are noted in a folder that is closed to other users, and nothing is written behind links in its place.':
    [
      registry('a running emulator is registered in a folder and a note that are closed to others'),
      registry(
        'a folder that another user could change is not used, and nothing is written behind its links',
      ),
    ],
  '`pcm list` sends a token to no board that it merely found.': [
    of('cli/commands/board/list.test.ts')('a token goes to no board that was only found'),
  ],
  'Before hello, a link carries frames of at most 1 KiB.': [
    strangers('before hello, a long frame is refused by its header and nothing is kept of it'),
    strangers('a host takes long frames again only if it holds the board'),
  ],
  'At most 32 such links are open, each for at most 10 s.': [
    strangers('at most 32 links without hello are open, and they hold at most a kilobyte each'),
    strangers('a link without hello is closed after 10 s, and one with hello stays'),
  ],
  'A USB/IP client that leaves more than 1024 transfers unanswered is disconnected.': [
    usbip('transfers that get no answer are kept up to a number, then the client is thrown out'),
  ],
  'Nothing more is read from one that does not take its answers.': [
    usbip('what the host does not ask for is not taken from it either'),
    usbip('a client that floods the USB/IP port and reads nothing costs less than 64 MB'),
  ],
  'A host that is gone does not hold the board for good, over USB/IP neither: TCP keepalive finds out a silent one.':
    keepalive,
  'Neither a board nor a host can make the other side run code, exhaust its memory or crash by what it sends.':
    [
      bytes('a board answers or refuses 20,000 mutated requests, and never fails itself'),
      bytes('a host survives 5,000 mutated answers'),
      strangers('2,000 half frames of 512 KiB cost an emulator less than 64 MB'),
      of('hostile/signs-of-life.test.ts')('for ever is called so, and is not asked for ever'),
    ],
  'Lengths, indices and numbers are checked before anything is allocated or changed.': [
    bytes('what a board refuses has changed nothing'),
    of('hostile/answers.test.ts')('opening blames the board for'),
  ],
  'Text from a board or from another host reaches a terminal without control characters.': [
    of('hostile/answers.test.ts')('text from a board loses its control characters'),
    reach('the name of another host reaches a terminal without control characters'),
  ],
  'Model files, arrays and images are data.': [files('no reader of files can run what it reads')],
  'Reading one runs nothing.': [files('no reader of files can run what it reads')],
  'A malformed one is refused.': [files('a file with flipped, lost or repeated bytes is read or refused')],
  'Sizes are read from headers, and what is too large is refused before it is decoded.': [
    bombs('an image with too many pixels in its header is refused before it is decoded'),
    bombs('a zip whose entries overlap, repeat or are too large in sum is refused'),
    limited('a model that is too large is refused by its size'),
  ],
  "Links in a folder of drawings or in a network's folder are not followed.": [
    bombs('links in a folder of drawings are not followed'),
    limited('a shard is a regular file of its folder, and all of them have a limit'),
  ],
  'Packages are published from the release workflow with npm provenance.': [
    workflows('a release is checked as a push is, and names the repository, as provenance demands'),
  ],
  'A release is not published if one of its dependencies has a known vulnerability.': [
    workflows('a release is checked as a push is, and names the repository, as provenance demands'),
  ],
};

/** Sentences that are no promise of the package but ask or tell the reader something. */
export const noPromises: readonly string[] = [
  'Please report a vulnerability in private, through "Report a vulnerability" on the repository\'s Security page, not in an issue.',
  'You get an answer within a week.',
  'Fixes go to the latest minor version.',
  'The package makes the promises below.',
  'Anything that breaks one of them is a vulnerability.',
  'Each sentence has a test, which `test/security/sentences.ts` names.',
  'On a network that others use, put it in a tunnel (SSH, WireGuard).',
  'Check it with `npm audit signatures`.',
];
