import type { CorrectionSet } from '../../../src/formats/correctionlib/schema.js';

/** Every node type that is evaluated here, every kind of flow and of edges. */
export const EXAMPLE: CorrectionSet = {
  schema_version: 2,
  description: 'one of each',
  corrections: [
    {
      name: 'bins',
      version: 1,
      inputs: [
        { name: 'x', type: 'real' },
        { name: 'mode', type: 'string' },
      ],
      output: { name: 'w', type: 'real', description: null },
      data: {
        nodetype: 'category',
        input: 'mode',
        content: [
          {
            key: 'clamp',
            value: { nodetype: 'binning', input: 'x', edges: [0, 1, 2, 4], content: [10, 20, 30], flow: 'clamp' },
          },
          {
            key: 'wrap',
            value: { nodetype: 'binning', input: 'x', edges: [0, 1, 2, 4], content: [10, 20, 30], flow: 'wrap' },
          },
          {
            key: 'uniform',
            value: {
              nodetype: 'binning',
              input: 'x',
              edges: { n: 4, low: -1, high: 1 },
              content: [1, 2, 3, 4],
              flow: 'wrap',
            },
          },
          {
            key: 'value',
            value: { nodetype: 'binning', input: 'x', edges: ['-inf', 0, 3], content: [1, 2], flow: -7.5 },
          },
        ],
        default: { nodetype: 'formula', expression: '-x^2+0.5', parser: 'TFormula', variables: ['x'] },
      },
    },
    {
      name: 'nested',
      version: 3,
      inputs: [
        { name: 'x', type: 'real' },
        { name: 'y', type: 'real' },
        { name: 'charge', type: 'int' },
      ],
      output: { name: 'w', type: 'real' },
      generic_formulas: [
        {
          nodetype: 'formula',
          expression: '[0]*exp(-[1]*y)+max(x,y)^2-2^-x',
          parser: 'TFormula',
          variables: ['x', 'y'],
        },
      ],
      data: {
        nodetype: 'transform',
        input: 'charge',
        rule: {
          nodetype: 'category',
          input: 'charge',
          content: [
            { key: 1, value: 0.6 },
            { key: -1, value: -1.5 },
          ],
          default: 7,
        },
        content: {
          nodetype: 'category',
          input: 'charge',
          content: [
            {
              key: 1,
              value: {
                nodetype: 'multibinning',
                inputs: ['x', 'y'],
                edges: [[-1, 0, 5], { n: 2, low: 0, high: 2 }],
                content: [
                  1,
                  2,
                  { nodetype: 'formularef', index: 0, parameters: [2, 0.3] },
                  {
                    nodetype: 'formula',
                    expression: 'atan2(y,x)>0.5&&x<=2',
                    parser: 'TFormula',
                    variables: ['x', 'y'],
                  },
                ],
                flow: 'clamp',
              },
            },
            {
              key: -2,
              value: {
                nodetype: 'formula',
                expression: 'erf(x)+log10(abs(y)+[0])/sqrt(3)',
                parser: 'TFormula',
                variables: ['x', 'y'],
                parameters: [1.5],
              },
            },
          ],
          default: 99,
        },
      },
    },
  ],
};
