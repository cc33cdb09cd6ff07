import { ImportError } from '../errors.js';
import type { LayerJson, NetworkJson } from './tensorflow-schema.js';

/** The layers in the order of the data. Errors: `ImportError` unless they are a plain chain. */
export function chainOf({ class_name: kind, config: { layers } }: NetworkJson): LayerJson[] {
  if (kind === 'Sequential') return layers;
  if (kind !== 'Functional' && kind !== 'Model')
    throw new ImportError(`It holds a ${kind}; supported are Sequential, Functional and Model.`);
  const inputs = layers.filter((layer) => sourcesOf(layer).length === 0);
  if (inputs.length !== 1)
    throw new ImportError(`The network has ${inputs.length} inputs; a model takes one image.`);
  const chain = [inputs[0]];
  while (chain.length < layers.length) {
    const { name } = chain.at(-1)!.config;
    const next = layers.filter((layer) => sourcesOf(layer).includes(name));
    if (next.length !== 1 || sourcesOf(next[0]).length !== 1 || chain.includes(next[0]))
      throw new ImportError(
        `Layer ${name} is followed by ${next.length === 0 ? 'nothing' : next.map(({ config }) => config.name).join(' and ')}, and there are other inputs or outputs; a model is a plain chain of layers.`,
      );
    chain.push(next[0]);
  }
  return chain;
}

/**
 * Names of the layers that a layer gets its inputs from: every [name, node, tensor] in its inbound nodes, be
 * it in the lists of Keras 2 and TensorFlow.js or in the objects of Keras 3.
 */
function sourcesOf({ inbound_nodes: nodes }: LayerJson): string[] {
  const sources: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number')
      sources.push(value[0]);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit(nodes);
  return sources;
}
