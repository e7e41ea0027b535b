import type { Json } from '../base/json.js';
import { sha256, stableJson } from '../base/hash.js';
import type { Provenance } from './task.js';

type Link = Provenance['chain'][number];

interface Step {
  readonly id: string;
  readonly kind: string;
  readonly hash: string;
  readonly params: Json;
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly needs: readonly { readonly provenance: Provenance }[];
}

// A report may need a thousand replicas; their parameters differ in a number, so kinds with many tasks are told once.
const mostAlike = 3;

/** The chain and the inputs of a task, from those of its needs. */
export function chainOf(step: Step): Pick<Provenance, 'inputs' | 'chain'> {
  const inputs = new Map<string, string>();
  const links = new Map<string, Link>();
  for (const { provenance } of step.needs) {
    for (const [name, sum] of Object.entries(provenance.inputs)) addInput(inputs, name, sum);
    for (const link of provenance.chain) links.set(link.hash, link);
  }
  for (const file of step.files) addInput(inputs, file.name, file.sha256);
  const chain = [
    ...gathered([...links.values()]),
    { task: step.id, kind: step.kind, hash: step.hash, params: step.params },
  ];
  return { inputs: Object.fromEntries([...inputs].sort()), chain };
}

// Two inputs of one name in two folders: both are kept, the later ones under `name (2)`, `name (3)`, ….
function addInput(inputs: Map<string, string>, file: string, sum: string): void {
  const name = file.replace(/ \(\d+\)$/, '');
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name} (${n})`;
    const there = inputs.get(candidate);
    if (there === undefined) inputs.set(candidate, sum);
    if (there === undefined || there === sum) return;
  }
}

function gathered(links: readonly Link[]): Link[] {
  const kinds = new Map<string, Link[]>();
  for (const link of links) kinds.set(link.kind, [...(kinds.get(link.kind) ?? []), link]);
  return [...kinds.values()].flatMap((alike) => {
    if (alike.length <= mostAlike) return alike;
    const first = alike[0];
    const task = `${first.task} and ${alike.length - 1} more`;
    return [{ ...first, task, hash: sha256(alike.map((link) => link.hash).join(' ')) }];
  });
}

const mark = 'datamc-provenance:';

/**
 * The provenance as one ASCII token without quotes or blanks, to put into any file that has room for a text
 * (ONNX metadata, Parquet key-value metadata, an SVG or HTML comment, a JSON description).
 * `datamc explain` finds it wherever the file has gone.
 */
export function provenanceStamp(provenance: Provenance): string {
  return `${mark}${Buffer.from(stableJson(provenance as unknown as Json)).toString('base64url')}:`;
}

/** The provenance stamped into a file's bytes, if there is one. */
export function findStamp(bytes: Buffer): Provenance | undefined {
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    const end = bytes.indexOf(':', at + mark.length);
    if (end < 0) continue;
    try {
      const token = bytes.toString('latin1', at + mark.length, end);
      return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Provenance;
    } catch {
      continue; // the mark alone, as in this very program
    }
  }
  return undefined;
}
