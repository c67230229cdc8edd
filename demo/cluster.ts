import type { ManifestFolder } from './kruise/manifests.ts';
import type { RecordedObject } from './kruise/objects.ts';
import type { Cluster } from './kruise/player.ts';
import { moved, type Place } from './kruise/rewrite.ts';
import type { Kubelet } from './services/kubelet.ts';

/** The demo's cluster: manifests in a folder, and a kubelet that runs what the pods among them say. */
export function makeCluster(manifests: ManifestFolder, kubelet: Kubelet, place: Place): Cluster {
  return {
    apply: async (object: RecordedObject): Promise<void> => {
      const here = moved(object, place);
      await manifests.apply(here.kind === 'Pod' ? await kubelet.admit(here) : here);
    },
    remove: async (object: RecordedObject): Promise<void> => {
      const here = moved(object, place);
      await manifests.remove(here);
      if (here.kind === 'Pod') kubelet.remove(here);
    },
  };
}
