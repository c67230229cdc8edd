import type { Resource } from '../../kubernetes/resource.ts';

/** Whose WasmPlugin it is, and where that has the plugin's configuration. */
export interface Flavour {
  readonly name: 'higress' | 'istio';
  readonly resource: Resource;
  /** The field of `spec` that graylane owns. */
  readonly field: 'defaultConfig' | 'pluginConfig';
  /** Where its WasmPlugin is when nothing else is said. Higress sees those of its system namespace alone. */
  readonly namespace: string;
}

export const HIGRESS: Flavour = {
  name: 'higress',
  resource: { group: 'extensions.higress.io', version: 'v1alpha1', kind: 'WasmPlugin', plural: 'wasmplugins' },
  field: 'defaultConfig',
  namespace: 'higress-system',
};

export const ISTIO: Flavour = {
  name: 'istio',
  resource: { group: 'extensions.istio.io', version: 'v1alpha1', kind: 'WasmPlugin', plural: 'wasmplugins' },
  field: 'pluginConfig',
  namespace: 'istio-system',
};
