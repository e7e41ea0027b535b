import { readFile, writeFile } from 'node:fs/promises';
import { flowFromJson, flowToJson, type FlowJson, type FlowModel } from '../../models/flow.js';

/** Writes a flow inside the cache. */
export const saveFlow = (file: string, model: FlowModel): Promise<void> =>
  writeFile(file, JSON.stringify(flowToJson(model)));

/** Reads what {@link saveFlow} wrote. */
export const loadFlow = async (file: string): Promise<FlowModel> =>
  flowFromJson(JSON.parse(await readFile(file, 'utf8')) as FlowJson);
