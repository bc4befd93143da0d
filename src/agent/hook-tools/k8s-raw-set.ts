/** k8s-raw-set: sets the raw spec of a workload, which no machine does. */
import { kubernetesTool } from "../hook-tool-kit/kubernetes.ts";

export default kubernetesTool("k8s-raw-set", "Sets the raw spec of the application's workload.");
