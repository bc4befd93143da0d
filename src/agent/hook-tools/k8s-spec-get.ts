/** k8s-spec-get: prints the spec of a workload, which no machine does. */
import { kubernetesTool } from "../hook-tool-kit/kubernetes.ts";

export default kubernetesTool("k8s-spec-get", "Prints the spec of the application's workload.");
