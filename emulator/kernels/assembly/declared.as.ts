// The layouts and constants that host and kernels share: declared in ../layouts.ts and ../constants.ts,
// written by the build.
export * from '../../../dist/emulator/kernels/generated/constants.as';
export * from '../../../dist/emulator/kernels/generated/layouts.as';
