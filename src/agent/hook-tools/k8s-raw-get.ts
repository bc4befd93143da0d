/** k8s-raw-get: prints the raw spec of a workload, which no machine does. */
import { kubernetesTool } from "../hook-tool-kit/kubernetes.ts";

export default kubernetesTool("k8s-raw-get", "Prints the raw spec of the application's workload.");
