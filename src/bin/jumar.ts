/** jumar: the command line. */
import { main } from "#cli/main.ts";

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());
void main(process.argv.slice(2), stop.signal).then((status) => process.exit(status));
