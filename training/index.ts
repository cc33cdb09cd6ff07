export * from './arm.js';
