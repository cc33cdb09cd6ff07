export { type Route } from './embedded.js';
export { type OpenBoardOptions, openBoard, openEmulatedBoard } from './open-board.js';
export { routeTo } from './route.js';
