import type { Scope, ScopeColumn } from '../../../src/events/expression/scope.js';

// What random trees are about.
const columns: ScopeColumn[] = [
  { name: 'x', type: 'real', sql: '"x"' },
  { name: 'y', type: 'real', sql: '"y"' },
  { name: 'n', type: 'integer', sql: '"n"' },
  { name: 'm', type: 'integer', sql: '"m"' },
  { name: 'b', type: 'boolean', sql: '"b"' },
  { name: 's', type: 'string', sql: '"s"' },
  { name: 'v', type: 'list', element: 'real', sql: '"v"' },
];
/** Columns of every kind that expressions know. */
export const scope: Scope = { columns: new Map(columns.map((c) => [c.name, c])) };
