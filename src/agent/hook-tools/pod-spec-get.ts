/** pod-spec-get: prints the spec of a pod, which no machine does. */
import { kubernetesTool } from "../hook-tool-kit/kubernetes.ts";

export default kubernetesTool("pod-spec-get", "Prints the spec of the unit's pod.");
