import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const exportsByName = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'ExportAllDeclaration', message: 'Export by name, one by one.' },
];
const noRecursiveMkdir = {
  selector: "CallExpression[callee.name='mkdir'] Property[key.name='recursive']",
  message: 'It never comes back below /proc: makeFolder of base/make-folder.ts does.',
};

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', 'runs/', 'coverage/', '.venv/'] },
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 400 }],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is a key: see stats/key.ts.' },
      ],
      'no-restricted-syntax': ['error', ...exportsByName],
    },
  },
  { files: ['src/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...exportsByName, noRecursiveMkdir] } },
  { files: ['**/*.config.*', 'test/**/*.test-d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        module: 'writable',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
);
