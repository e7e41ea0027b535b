/** What a submit file is made of. */
export interface ScriptOptions {
  readonly name: string;
  /** One command per array element, as the list file's lines. */
  readonly tasks: number;
  /** File with one task id per line. */
  readonly listFile: string;
  /** Where `%a.log` files go. */
  readonly logs: string;
  readonly threads: number;
  /** How many at once, all unless told. */
  readonly atOnce?: number | undefined;
  /** The user's own options for sbatch. */
  readonly sbatch?: string | undefined;
  /** The command that does one task, up to its id. */
  readonly command: readonly string[];
}

/** The submit file of a job array: element n does the task on line n of the list. */
export function submitScript(options: ScriptOptions): string {
  const { name, tasks, listFile, logs, threads, atOnce, sbatch, command } = options;
  const own = sbatch ? words(sbatch).map((word) => `#SBATCH ${word}`) : [];
  return [
    '#!/bin/bash',
    `#SBATCH --job-name=${name}`,
    `#SBATCH --array=1-${tasks}${atOnce ? `%${atOnce}` : ''}`,
    `#SBATCH --cpus-per-task=${threads}`,
    `#SBATCH --output=${logs}-%a.log`,
    ...own,
    `id=$(sed -n "\${SLURM_ARRAY_TASK_ID}p" ${quoted(listFile)})`,
    `exec ${command.map(quoted).join(' ')} "$id"`,
    '',
  ].join('\n');
}

/** `--a=b --c "d e"` → one option per entry, its value with it. */
function words(options: string): string[] {
  const parts = options.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return parts.reduce<string[]>((lines, part) => {
    if (part.startsWith('-') || !lines.length) return [...lines, part];
    return [...lines.slice(0, -1), `${lines[lines.length - 1]} ${part}`];
  }, []);
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`);
