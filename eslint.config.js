import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

// The arrows of docs/architecture.md: which rooms a room may not import.
const forbidden = {
  protocol: ['drivers', 'emulator', 'runtime', 'training', 'testing', 'conformance', 'cli'],
  drivers: ['emulator', 'runtime', 'training', 'testing', 'conformance', 'cli'],
  emulator: ['drivers', 'runtime', 'training', 'testing', 'conformance', 'cli'],
  runtime: ['emulator', 'training', 'testing', 'conformance', 'cli'],
  training: ['drivers', 'emulator', 'testing', 'conformance', 'cli'],
  testing: ['runtime', 'training', 'conformance', 'cli'],
  conformance: ['emulator', 'runtime', 'training', 'testing', 'cli'],
};

const roomArrows = Object.entries(forbidden).map(([room, others]) => ({
  files: [`${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${others.join('|')})(/|$)`,
            message: `${room}/ must not import this room; see docs/architecture.md.`,
          },
          ...(room === 'protocol'
            ? [
                {
                  regex: '^node:',
                  message: 'protocol/ is pure: no Node modules, so that a browser can use it.',
                },
              ]
            : []),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'examples/', 'out/'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
  },
  ...roomArrows,
  {
    files: ['emulator/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...[
          'random',
          'exp',
          'expm1',
          'log',
          'log2',
          'log10',
          'log1p',
          'pow',
          'sin',
          'cos',
          'tan',
          'tanh',
          'cbrt',
          'hypot',
        ].map((property) => ({
          object: 'Math',
          property,
          message: 'Engines disagree in the last bit: use emulator/numerics.',
        })),
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "BinaryExpression[operator='**']", message: 'Math.pow in disguise.' },
      ],
    },
  },
);
