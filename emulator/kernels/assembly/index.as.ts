export { multiply } from './multiply.as';
export { pack } from './pack.as';
export { product } from './product.as';
export { program } from './program.as';
export { refresh } from './refresh.as';
