import { at, fieldsAt, isFields, listAt, textAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import type { Plan } from './plan.ts';
import type { Report } from './reasons.ts';

/** As Istio selects the protocol of a port: by `appProtocol`, else by the name up to the first dash. */
const OTHER_PROTOCOLS = /^(tcp|tls|https|udp|mongo|mysql|redis|kubernetes\.io\/wss)(-|$)/i;
const DISTRIBUTION = 'networking.istio.io/traffic-distribution';

/** True when Istio can choose among the pods of the Service; else it is reported why not. One that was not read is taken to be plain. */
export function isDivisible(plan: Plan, service: KubernetesObject, report: Report): boolean {
  const object = { kind: 'Service', namespace: plan.namespace, name: plan.service };
  if (at(service, 'spec', 'clusterIP') === 'None' || textAt(service, 'spec', 'type') === 'ExternalName') {
    report(object, 'spec', 'HeadlessService', `The Service ${plan.service} has no address in the cluster`);
    return false;
  }
  const distribution =
    textAt(service, 'spec', 'trafficDistribution') ?? textAt(service, 'metadata', 'annotations', DISTRIBUTION);
  if (distribution !== undefined) {
    report(object, 'spec.trafficDistribution', 'TrafficDistribution', 'Istio prefers near pods of the Service');
    return false;
  }
  const selector = fieldsAt(service, 'spec', 'selector');
  const isPinned = plan.tags.some(({ gray }) =>
    Object.entries(gray).some(([name, value]) => name in selector && selector[name] !== value),
  );
  if (isPinned) report(object, 'spec.selector', 'ServicePinned', `The Service ${plan.service} selects no gray pod`);
  for (const [index, port] of listAt(service, 'spec', 'ports').entries()) {
    if (plan.tags.length === 0 || !isFields(port)) continue;
    const protocol = textAt(port, 'appProtocol') ?? textAt(port, 'name') ?? '';
    if (!OTHER_PROTOCOLS.test(protocol)) continue;
    report(object, `spec.ports[${index}]`, 'PortNotHttp', `The port is ${protocol}`);
  }
  return true;
}
