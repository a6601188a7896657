/** Where the server has its emulators. */
export const EMULATORS_PATH = "/emulators"
