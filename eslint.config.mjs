import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What a rule here enforces is stated once, in this file; the reasons that are not obvious stand beside it. */

const noMathRandom = {
  object: 'Math',
  property: 'random',
  message: 'Noise and secrets come from the injected random source or node:crypto.',
};

const noProcessEnv = {
  object: 'process',
  property: 'env',
  message: 'src/config.ts is the only reader of the environment: add the value to Config.',
};

/** The other way to the environment, which the rule on properties does not see. */
const noImportedEnv = {
  paths: ['process', 'node:process'].map((name) => ({
    name,
    importNames: ['env'],
    message: noProcessEnv.message,
  })),
};

const noDefaultExport = ['ExportDefaultDeclaration', "ExportSpecifier[exported.name='default']"].map(
  (selector) => ({
    selector,
    message: 'Export by name, so that a thing has the same name wherever it is used.',
  }),
);

/** The current time is an argument (core/clock.ts), so that a test can move it. */
const noHiddenClock = [
  "CallExpression[callee.object.name='Date'][callee.property.name='now']",
  "NewExpression[callee.name='Date'][arguments.length=0]",
].map((selector) => ({ selector, message: 'Take the time from the injected Clock (src/core/clock.ts).' }));

const everywhere = {
  rules: {
    eqeqeq: 'error',
    'no-param-reassign': 'error',
    'no-restricted-properties': ['error', noMathRandom, noProcessEnv],
    'no-restricted-imports': ['error', noImportedEnv],
    'object-shorthand': 'error',
  },
};

const typescript = {
  files: ['**/*.ts'],
  extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  rules: {
    // `as const` is no assertion in this sense and stays allowed.
    '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    '@typescript-eslint/consistent-type-exports': ['error', { fixMixedExportsWithInlineTypeSpecifier: true }],
    // TypeGraphQL and TypeORM classes are fields under a decorator and nothing else.
    '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
    // `() => store.close()` is the usual way to write a callback.
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    '@typescript-eslint/no-unnecessary-condition': [
      'error',
      { allowConstantLoopConditions: 'only-allowed-literals' },
    ],
    // Rows and GraphQL types match structurally, so that no mapper stands.
    '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    // `query<Row>(sql)` names the shape of what the SQL beside it selects; nothing else could.
    '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    '@typescript-eslint/only-throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }],
    '@typescript-eslint/prefer-readonly': 'error',
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    // A default (assertNever) does not replace the cases of a union.
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { requireDefaultForNonUnion: true }],
  },
};

/** Root configuration files are left out: their tools ask for a default export. */
const namedExports = {
  files: ['{src,migrations,test,bench}/**/*.ts'],
  rules: { 'no-restricted-syntax': ['error', ...noDefaultExport] },
};

const source = {
  files: ['src/**/*.ts'],
  rules: {
    'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: false }],
    'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    '@typescript-eslint/max-params': ['error', { max: 4 }],
    'no-console': 'error',
    'no-restricted-syntax': ['error', ...noDefaultExport, ...noHiddenClock],
    '@typescript-eslint/naming-convention': [
      'error',
      { selector: 'function', format: ['camelCase', 'PascalCase'] },
      { selector: 'variable', format: ['camelCase', 'PascalCase', 'UPPER_CASE'], leadingUnderscore: 'allow' },
      {
        selector: 'typeLike',
        format: ['PascalCase'],
        // No prefix for interfaces, no suffix that says nothing.
        custom: { regex: '^I[A-Z][a-z]|(Impl|Manager|Helper|Utils?)$', match: false },
      },
    ],
  },
};

/** Arguments arrive as instances of classes that are fields and nothing else; a resolver hands the fields on. */
const resolvers = {
  files: ['src/**/*.resolver.ts'],
  rules: { '@typescript-eslint/no-misused-spread': 'off' },
};

/** Where the process meets the outside: what it prints there is its answer. */
const console = {
  files: ['src/main.ts', 'src/cli/**/*.ts'],
  rules: { 'no-console': 'off' },
};

const clock = {
  files: ['src/core/clock.ts'],
  rules: { 'no-restricted-syntax': ['error', ...noDefaultExport] },
};

const environment = {
  files: ['src/config.ts', '{test,bench}/**/*.{ts,mjs}', '*.mjs', '.ci/*.mjs'],
  rules: { 'no-restricted-properties': ['error', noMathRandom], 'no-restricted-imports': 'off' },
};

/** A test may state what a type cannot: that the answer of a request has the shape that is about to be checked. */
const tests = {
  files: ['{test,bench}/**/*.ts'],
  rules: {
    '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }],
    '@typescript-eslint/no-non-null-assertion': 'off',
    // The shape of an answer is what a test is about, so answers are read as they come.
    '@typescript-eslint/no-explicit-any': 'off',
    '@typescript-eslint/no-unsafe-argument': 'off',
    '@typescript-eslint/no-unsafe-assignment': 'off',
    '@typescript-eslint/no-unsafe-call': 'off',
    '@typescript-eslint/no-unsafe-member-access': 'off',
    '@typescript-eslint/no-unsafe-return': 'off',
  },
};

/** Scripts of the tools and of CI, which no tsconfig lists. */
const scripts = {
  files: ['**/*.{mjs,cjs,js}'],
  extends: [tseslint.configs.strict, tseslint.configs.stylistic],
};

const commonJs = {
  files: ['**/*.cjs'],
  rules: { '@typescript-eslint/no-require-imports': 'off' },
};

export default defineConfig(
  { ignores: ['dist/', 'data/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  everywhere,
  typescript,
  scripts,
  commonJs,
  namedExports,
  source,
  resolvers,
  console,
  clock,
  environment,
  tests,
);
