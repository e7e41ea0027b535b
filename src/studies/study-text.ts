import { Document, isCollection, isPair, isScalar, visit } from 'yaml';
import type { Json } from '../base/json.js';

/** A study as YAML for readers: what holds nothing but plain values stands on one line, as people write it. */
export function studyText(study: Json): string {
  const document = new Document(study);
  visit(document, {
    Collection(_, node, path) {
      const plain = node.items.every((item) => isScalar(isPair(item) ? item.value : item));
      const short = node.items.every((item) => !isPair(item) || !isCollection(item.value) || item.value.flow);
      if (path.length > 1 && (plain || (short && node.items.length < 3))) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 110, flowCollectionPadding: true });
}
