/**
 * Who started this program. `npm start` loads this before anything else: once the parent has died the number is that of
 * whoever took its children over, and loading the hub may take seconds.
 */
export const PARENT_AT_START = process.ppid;
