/** The tools of charms that run in a Kubernetes cluster, which have nothing to do on a machine. */
import { Problem } from "#base/problem.ts";
import { hookTool, option } from "./hook-tool.ts";

/** A tool that is there for a charm that looks for it, and says why it does nothing. */
export function kubernetesTool(name: string, summary: string) {
  return hookTool({
    summary,
    details: `
It is for charms that run in a Kubernetes cluster. This model has machines, and
the tool always fails.
`,
    options: {
      file: option("The file to read; - is standard input."),
      "k8s-resources": option("A file with further resources of the cluster."),
    },
    positionals: ["[words...]"],

    run() {
      throw new Problem("not supported", `cannot run ${name}: this unit is on a machine`);
    },
  });
}
