import { handler } from "../../../lib/handler"

const answer = (request: Request) => handler(request)
export { answer as GET, answer as POST, answer as PUT, answer as PATCH, answer as DELETE }
