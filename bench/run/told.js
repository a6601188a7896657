/** What a case is told, by the process that started it. */
export const told = JSON.parse(process.argv[2] ?? "{}")
