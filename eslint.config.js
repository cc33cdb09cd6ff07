import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import rooms from './scripts/lint-rooms.js';

/** What runs in a browser too: no module and no global of Node. What needs Node lies in folders named node. */
const pureRooms = ['protocol', 'drivers', 'emulator', 'network', 'runtime'];

const bannedMath = [
  ...['random', 'exp', 'expm1', 'log', 'log2', 'log10', 'log1p', 'pow'],
  ...['sin', 'cos', 'tan', 'tanh', 'cbrt', 'hypot'],
];

const nodeGlobals = ['Buffer', 'process', 'global', 'setImmediate', 'clearImmediate', 'require', '__dirname'];

/** One dialect; CONTRIBUTING.md says it in words. */
const dialect = [
  {
    selector:
      ':matches(TSParameterProperty, PropertyDefinition, MethodDefinition[kind!="constructor"])[accessibility="private"]',
    message: 'Write #name: private at run time as well.',
  },
  {
    selector:
      'ClassDeclaration[superClass.name=/Error$/] PropertyDefinition[key.name="name"]:not([override=true][readonly=true])',
    message: "An error's name is `override readonly name = '...'`.",
  },
  {
    selector:
      ':matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind="const"] > VariableDeclarator[init.type="Literal"][init.regex=undefined] > Identifier[name=/[a-z]/]',
    message: 'A constant of the module that is a number or a text is UPPER_CASE.',
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'examples/', 'out/'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommended,
  {
    plugins: { rooms },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-warning-comments': [
        'error',
        { terms: ['@throws', '@returns', '@return', '@param'], location: 'anywhere' },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
  },
  {
    files: ['**/*.ts'],
    ignores: ['**/*.as.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      'rooms/arrows': 'error',
      'no-restricted-syntax': ['error', ...dialect],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'off',
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['**/*.as.ts', 'test/**'],
    rules: {
      '@typescript-eslint/max-params': ['error', { max: 5 }],
      'max-lines': ['error', { max: 300 }],
    },
  },
  {
    files: pureRooms.map((room) => `${room}/**/*.ts`),
    ignores: ['**/node/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^node:', message: 'A pure room: put it into a folder named node.' }] },
      ],
      'no-restricted-globals': [
        'error',
        ...nodeGlobals.map((name) => ({ name, message: 'A pure room: have it handed in.' })),
      ],
    },
  },
  {
    files: ['emulator/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...bannedMath.map((property) => ({
          object: 'Math',
          property,
          message: 'Engines disagree in the last bit: use emulator/numerics.',
        })),
      ],
      'no-restricted-syntax': [
        'error',
        ...dialect,
        { selector: "BinaryExpression[operator='**']", message: 'Math.pow in disguise.' },
      ],
    },
  },
  {
    files: ['cli/**/*.ts'],
    ignores: ['cli/terminal/*.ts', 'cli/main.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['stdout', 'stderr'].map((property) => ({
          object: 'process',
          property,
          message: 'Print with cli/terminal/output.ts, which takes out what a terminal obeys.',
        })),
      ],
    },
  },
  {
    // AssemblyScript: no program of TypeScript's, and its functions take plain numbers.
    files: ['**/*.as.ts'],
    ...tseslint.configs.disableTypeChecked,
  },
);
