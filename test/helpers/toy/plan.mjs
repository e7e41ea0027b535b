/** The toy study's plan: blocks, their merger, the report. */
export function toyPlan({ files, blocks, steps, delay, fail = {}, threads = 1, allowFailed }) {
  const ids = Array.from({ length: blocks }, (_, i) => `block/${i}`);
  return {
    tasks: [
      ...ids.map((id, i) => ({
        id,
        kind: 'toy/block',
        params: { steps, delay, fail: fail[id] },
        files: [files[i % files.length]],
        cost: steps,
        threads: i === 0 ? threads : 1,
        title: `block ${i}`,
      })),
      {
        id: 'merge',
        kind: 'toy/merge',
        params: { blocks: ids },
        needs: ids,
        ...(allowFailed === undefined ? {} : { optional: { needs: ids, share: allowFailed } }),
        publish: { tables: 'products/tables', 'tables/means.json': 'products/means.json' },
      },
      { id: 'report', kind: 'toy/report', params: {}, needs: ['merge'], publish: ['report.html', 'figures'] },
    ],
    summaryTask: 'report',
  };
}
