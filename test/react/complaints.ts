/** What React and the page had to say on the console; a test that expects something takes it away. */
export const complaints: string[] = []
