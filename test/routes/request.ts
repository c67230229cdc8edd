/** A call of one service to another, as a proxy in between sees it. */
export interface Call {
  readonly namespace: string;
  /** Name of the Service that is called. */
  readonly service: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A request from outside, as a gateway sees it once its filters have run. */
export interface Visit {
  readonly host: string;
  readonly path: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}
