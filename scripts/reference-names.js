// For typedoc: modules of the reference carry the names that they are imported by.
import { Converter } from 'typedoc';

export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const module of project.children ?? [])
      module.name = module.name === '' ? project.name : `${project.name}/${module.name}`;
  });
}
