/** k8s-spec-set: sets the spec of a workload, which no machine does. */
import { kubernetesTool } from "../hook-tool-kit/kubernetes.ts";

export default kubernetesTool("k8s-spec-set", "Sets the spec of the application's workload.");
