/** pod-spec-set: sets the spec of a pod, which no machine does. */
import { kubernetesTool } from "../hook-tool-kit/kubernetes.ts";

export default kubernetesTool("pod-spec-set", "Sets the spec of the unit's pod.");
