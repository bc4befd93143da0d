/** resource-get: fetches a file that the application was given beside its charm. */
import { messageOf, Problem } from "#base/problem.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Fetches a resource, and prints the path of its file.",
  details: `
The path is absolute, and no newline follows it. The file is fetched when it is asked
for first, and again only when somebody has uploaded another one; what it holds is
checked each time.
`,
  options: {},
  positionals: ["name"],
  missing: "missing required resource name",
  output: "raw",

  async run({ name }, hook) {
    try {
      return await hook.resourcePath(name);
    } catch (error) {
      const code = error instanceof Problem ? error.code : "internal error";
      const message = `could not download resource: ${messageOf(error)}`;
      throw new Problem(code, message, { cause: error });
    }
  },
});
